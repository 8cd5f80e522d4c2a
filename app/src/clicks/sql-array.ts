/** A Postgres array literal. Joining numbers is some ten times as quick as what the driver does to an array. */
export const numberArray = (values: readonly number[]): string => `{${values.join(',')}}`;

const special = /["\\]/g;

/** A Postgres array literal of texts. */
export const textArray = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(special, '\\$&')}"`).join(',')}}`;
