import { type CountryCode, Metadata, type NumberingPlan } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min'

/** How telephone numbers of a region are written at home. */
export interface PhoneRegion {
  /** Two capital letters, ISO 3166. */
  readonly region: string
  /** Calling code without `+`. */
  readonly code: string
  /** What is dialled before an international number, as a portable pattern; `00` is understood everywhere besides. */
  readonly exit: string
  /** What a national number begins with at home and drops abroad; empty where there is nothing. */
  readonly trunk: string
  /** How many digits a national number has without its trunk prefix, ascending. */
  readonly lengths: readonly number[]
}

/** The library's plans have these, its types do not tell. */
interface DialledPlan extends NumberingPlan {
  callingCode(): string
  /** The library's own type does not tell that 0 stands for none. */
  nationalPrefix(): string | 0 | undefined
}

/** Regions whose numbers keep their leading zero when they are called from abroad. */
const KEEPS_ZERO = new Set(['IT', 'SM', 'VA'])

/** Under +1 a number has ten digits; the seven of local calls name nobody. */
const NORTH_AMERICA = [10]

/** The longest national number that E.164 leaves room for. */
const MAX_NATIONAL = 14

/** All regions, from libphonenumber's metadata. */
export const PHONE_REGIONS: readonly PhoneRegion[] = readRegions()

export function phoneRegion(region: string): PhoneRegion | undefined {
  return PHONE_REGIONS.find((r) => r.region === region.toUpperCase())
}

function readRegions(): readonly PhoneRegion[] {
  const numbering = new Metadata(metadata)
  const regions = Object.keys(metadata.countries).sort() as CountryCode[]
  return regions.flatMap((region) => {
    numbering.selectNumberingPlan(region)
    const plan = numbering.numberingPlan as DialledPlan | undefined
    if (!plan) return []
    const code = plan.callingCode()
    const lengths = plan.possibleLengths().filter((length) => length <= MAX_NATIONAL)
    return [
      {
        region,
        code,
        exit: plan.IDDPrefix(),
        trunk: KEEPS_ZERO.has(region) ? '' : plan.nationalPrefix() || '',
        lengths: code === '1' ? NORTH_AMERICA : lengths.sort((a, b) => a - b),
      },
    ]
  })
}
