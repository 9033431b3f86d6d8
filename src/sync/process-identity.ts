import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a lease: enough to tell, on the same machine, whether the process is still there. */
export interface Owner {
  readonly host: string
  readonly pid: number
  /** Of Linux; empty elsewhere. */
  readonly boot: string
  readonly namespace: string
  readonly started: string
  /** Tells runs of one process apart. */
  readonly run: string
}

export function thisProcess(run: string): Owner {
  const { pid } = process
  return { host: hostname(), pid, boot: bootId(), namespace: pidNamespace(), started: startOf(pid), run }
}

/**
 * True only where it is certain: the process was on this machine since its last start, among the processes that can be
 * seen from here, and is there no more, or another one has its number.
 */
export function isGone(owner: Owner, here: Owner): boolean {
  if (owner.boot === '' || owner.namespace === '' || owner.started === '') return false
  if (owner.boot !== here.boot || owner.namespace !== here.namespace) return false
  return startOf(owner.pid) !== owner.started
}

function bootId(): string {
  return textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

function pidNamespace(): string {
  return textOf(() => readlinkSync('/proc/self/ns/pid'))
}

/** The moment at which the process began, in ticks since the machine did; a process that has ended and waits to be noticed is gone. */
function startOf(pid: number): string {
  return textOf(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
  })
}

function textOf(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
