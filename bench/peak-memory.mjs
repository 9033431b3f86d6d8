// @ts-check
import { readFileSync } from 'node:fs'

/**
 * Watches a process until it ends: gives a function that tells the bytes of memory it has held at most, by the kernel's own
 * high-water mark, as far as the system tells: what is seen last before the process ends is its peak.
 * @param {import('node:child_process').ChildProcess} child
 */
export function peakOf(child) {
  let peak = 0
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024)
    } catch {
      // No such file here, or the process has ended.
    }
  }, 50)
  child.on('close', () => clearInterval(watch))
  return () => peak
}
