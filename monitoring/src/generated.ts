import { ruleFiles } from './rules/groups.ts';

/** Every file that is made from these sources, by its path in the tree. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ruleFiles()).map(([name, text]) => [`monitoring/prometheus/rules/${name}`, text]),
  );
}
