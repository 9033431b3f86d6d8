/** `1 234 567`: groups of three with a thin look, the same in every locale. */
export function count(value: number | bigint): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')
}

/** `1 row`, `2 rows`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** `+12`, `-3`, `±0`: a change since the last run. */
export function change(value: number): string {
  return value > 0 ? `+${count(value)}` : value < 0 ? `-${count(-value)}` : '±0'
}

/** `0.4 s`, `12.3 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`
}

/** `512 B`, `3.4 MB`: of files, in steps of 1000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let shown = value
  let unit = 0
  while (shown >= 999.5 && unit < units.length - 1) {
    shown /= 1000
    unit += 1
  }
  return `${unit === 0 || shown >= 100 ? Math.round(shown) : shown.toFixed(1)} ${units[unit]}`
}
