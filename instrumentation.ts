/** Starts the running system with the process, so that drops are kept before anyone looks. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startRuntime } = await import("./lib/live/start");
  await startRuntime();
}
