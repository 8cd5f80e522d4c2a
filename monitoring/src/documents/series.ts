/** Words of PromQL that look like series. */
const language = new Set(
  'absent abs and or unless on ignoring by without group_left group_right bool offset sum min max avg round count rate increase time vector histogram_quantile label_replace max_over_time avg_over_time count_over_time predict_linear'.split(
    ' ',
  ),
);

/** Names of the series that an expression reads. */
export function seriesOf(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\boffset \S+/g, '')
    .replaceAll(/\b(by|on|without|ignoring|group_left|group_right) ?\([^)]*\)/g, '');
  const words = [...bare.matchAll(/[a-zA-Z_][a-zA-Z0-9_:]*/g)].map(([word]) => word);
  return [...new Set(words)].filter((word) => !language.has(word) && !/^e\d+$/.test(word));
}

/** A histogram's series under the name of the histogram. */
export const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
