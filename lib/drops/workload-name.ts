/**
 * The workload a pod belongs to, from the pod's name. Cilium tells the workload only on the node
 * where the pod runs; seen from the other node there is just the name, and both must lead to the
 * same workload.
 */
import type { Workload } from "./flow";

/** Letters of the random five that Kubernetes appends: no vowels, no 0, 1 or 3. */
const RANDOM = "[bcdfghjklmnpqrstvwxz2456789]{5}";

// A pod-template-hash is a decimal number whose digits Kubernetes writes with ten of these letters.
const DEPLOYMENT = new RegExp(`^(.+)-[4-9bcdf]{6,10}-${RANDOM}$`);
// A CronJob names its jobs by the minute (eight digits) or, in old versions, the second (ten).
const CRON_JOB = new RegExp(`^(.+)-\\d{8,10}-${RANDOM}$`);
const DAEMON_SET = new RegExp(`^(.+)-${RANDOM}$`);
const STATEFUL_SET = /^(.+)-\d{1,5}$/;

/** Derives the workload from the pod's name; a name of no known form is a pod of its own. */
export function workloadOfPod(pod: string): Workload {
  const cronJob = CRON_JOB.exec(pod)?.[1];
  if (cronJob !== undefined) return { name: cronJob, kind: "CronJob" };
  const deployment = DEPLOYMENT.exec(pod)?.[1];
  if (deployment !== undefined) return { name: deployment, kind: "Deployment" };
  const daemonSet = DAEMON_SET.exec(pod)?.[1];
  if (daemonSet !== undefined) return { name: daemonSet, kind: "DaemonSet" };
  const statefulSet = STATEFUL_SET.exec(pod)?.[1];
  if (statefulSet !== undefined) return { name: statefulSet, kind: "StatefulSet" };
  return { name: pod, kind: "Pod" };
}
