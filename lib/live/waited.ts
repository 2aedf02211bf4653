/**
 * Whether flows have waited for their twins, or the process has only stood still: its timers are due
 * then before it looks at what has come meanwhile, and twins would be counted as two.
 */

/**
 * `windowMs` is how long flows wait. To be asked every `everyMs` with the time now. After a
 * standstill the answer is no for as long as a flow waits, but not twice in a row: a process that is
 * always late must not keep all flows waiting.
 */
export function createWaited({
  windowMs,
  everyMs,
  beganMs,
}: {
  windowMs: number;
  everyMs: number;
  beganMs: number;
}): (nowMs: number) => boolean {
  let tickMs = beganMs;
  let graceUntilMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const passedMs = nowMs - tickMs;
    tickMs = nowMs;
    const isLate = passedMs > everyMs + windowMs / 2;
    if (isLate && nowMs > graceUntilMs + windowMs) graceUntilMs = nowMs + windowMs;
    // A clock that was set back.
    if (nowMs < graceUntilMs - windowMs) graceUntilMs = nowMs;
    return nowMs >= graceUntilMs;
  };
}
