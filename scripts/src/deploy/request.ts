import { ScriptError } from '../platform/run.ts';

/** The images of this project that a release consists of, by the setting that names each. */
export const releaseImages = {
  APP_IMAGE: 'app',
  AUTOSCALER_IMAGE: 'autoscaler',
  CERTIFICATES_IMAGE: 'certificates',
  DATABASE_IMAGE: 'database',
  BACKUP_IMAGE: 'backup',
  TOOLS_IMAGE: 'tools',
} as const;

export type ImageSetting = keyof typeof releaseImages;
export type ReleaseImages = Readonly<Partial<Record<ImageSetting, string>>>;

/** What the server is asked to bring about. */
export type DeployRequest = {
  commit: string;
  images: ReleaseImages;
  by: string;
  /** What the clock of whoever asks showed, in milliseconds since 1970. */
  askedAt: number;
  /** A rollback: it waits for nothing that can go on beside it, and begins with the services that it may be asked for. */
  urgent?: boolean;
};

const image = /^[a-z0-9][a-z0-9._/:-]*(@sha256:[0-9a-f]{64})?$/;
const commitForm = /^[0-9a-f]{40}$/;
const nameForm = /^[\w.@-]{1,64}$/;

/** Somebody's name as a word. */
export const nameWord = (name: string): string => name.replace(/[^\w.@-]/g, '_').slice(0, 64) || 'somebody';

/** The request as words that no shell and no `ssh` takes for anything else. */
export const requestWords = ({ commit, images, by, askedAt }: DeployRequest): string[] => [
  commit,
  ...Object.entries(images).map(([name, value]) => `${name}=${value}`),
  `BY=${nameWord(by)}`,
  `ASKED_AT=${askedAt}`,
];

const isImageSetting = (name: string): name is ImageSetting => name in releaseImages;

/** The request out of its words; throws at the first that is none. */
export function parseRequest(words: readonly string[]): DeployRequest {
  const [commit = '', ...rest] = words;
  if (!commitForm.test(commit)) throw new ScriptError(`${JSON.stringify(commit)} is no commit`);
  const images: Partial<Record<ImageSetting, string>> = {};
  const others: Record<string, string> = {};
  for (const word of rest) {
    const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(word) ?? [];
    if (isImageSetting(name) && image.test(value)) images[name] = value;
    else if (name === 'BY' && nameForm.test(value)) others[name] = value;
    else if (name === 'ASKED_AT' && /^\d{1,15}$/.test(value)) others[name] = value;
    else throw new ScriptError(`${JSON.stringify(word)} is no part of a deployment`);
  }
  if (!images.APP_IMAGE) throw new ScriptError('APP_IMAGE is missing');
  return { commit, images, by: others['BY'] ?? 'somebody', askedAt: Number(others['ASKED_AT'] ?? 0) };
}
