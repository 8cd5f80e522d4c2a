const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A whole number as `length` digits of 0-9A-Za-z; it must be below 62^length. */
export function toBase62(number: number, length: number): string {
  let rest = number;
  let text = '';
  while (text.length < length) {
    text = digits.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
