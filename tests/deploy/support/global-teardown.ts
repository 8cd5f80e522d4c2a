import { removeMachine } from './machine.ts';

export default function teardown(): void {
  if (!process.env['KEEP_DROPLET']) removeMachine();
}
