/** CPU time of this process, all threads: less moved by what else the machine does than a clock. */

/** Microseconds of CPU that `work` took. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
