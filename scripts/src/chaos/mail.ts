/** A mail that arrived, and when, in milliseconds since the epoch. */
export type Mail = { at: number; subject: string };

/** Subjects are folded over lines and may be encoded (RFC 2047, Q). */
export function subjectOf(mail: string): string {
  const raw = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(mail)?.[1] ?? '';
  const unfolded = raw.replace(/\r?\n[ \t]/g, ' ').replace(/\?= =\?/g, '?==?');
  return unfolded.replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_all, word: string) => {
    const bytes = word
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/gi, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    return Buffer.from(bytes, 'latin1').toString();
  });
}

/** How many mails came about an alert after a moment, of its end too. */
export const countAbout = (mails: readonly Mail[], alert: string, after: number): number =>
  mails.filter(({ at, subject }) => at >= after && subject.includes(alert)).length;

/** When a mail about an alert came after a moment: that it fires, or that it is over. */
export const mailAbout = (mails: readonly Mail[], alert: string, over: boolean, after: number): number | undefined =>
  mails.find(({ at, subject }) => at >= after && subject.includes(alert) && /^resolved\b/i.test(subject) === over)?.at;
