import { provideTools } from './tools.ts';

export default provideTools;
