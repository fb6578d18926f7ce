// Region codes are GB/T 2260: two digits each for province, city, district. Needs no data: lists may filter without it.

/** What the codes of everything inside begin with: '440000' -> '44', '440300' -> '4403', '440305' -> '440305'. */
export function regionPrefix(code: string): string {
  if (code.endsWith('0000')) return code.slice(0, 2)
  return code.endsWith('00') ? code.slice(0, 4) : code
}

/** True for the shape of a region code; whether the place exists is regionName's to say. */
export const isRegionCode = (text: string): boolean => /^[1-9]\d{5}$/.test(text)
