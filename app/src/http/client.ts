/** Whether an error only says that the client closed its connection before the end: nothing of ours is wrong then. */
export function clientWentAway(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'EPIPE') return true;
  if (code === 'ECONNRESET') return message === 'aborted';
  return typeof code === 'string' && code.startsWith('HPE_');
}
