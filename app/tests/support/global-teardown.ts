/** Jest calls it once, in the process of the setup. */
export default async function globalTeardown(): Promise<void> {
  const { shortstackTestStores: stores } = globalThis as { shortstackTestStores?: AsyncDisposable };
  await stores?.[Symbol.asyncDispose]();
}
