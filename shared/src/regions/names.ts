// The ways people shorten a place name: 广东, 深圳, 延边州, 内蒙古.

// As they stand in the names of autonomous regions, prefectures and counties; longest first.
const PEOPLES =
  '柯尔克孜族|柯尔克孜|哈萨克族|哈萨克|维吾尔族|维吾尔|傈僳族|布依族|景颇族|哈尼族|朝鲜族|土家族|蒙古族|蒙古|藏族|羌族|彝族|苗族|侗族|壮族|傣族|白族|回族'
const ENDS_WITH_PEOPLE = new RegExp(`(?:${PEOPLES})$`)
const PEOPLES_IN_A_NAME = 3 // 双江拉祜族佤族布朗族傣族 has more, and is then only known by its full name
const SHORTEST_STEM = 2

/** How the code book heads the counties that belong to no city. */
export const DIRECT_COUNTIES = '直辖县级行政区划'

/** Province: 广东省 -> 广东; 内蒙古自治区 -> 内蒙古; 香港特别行政区 -> 香港. */
export function provinceShortNames(name: string): string[] {
  const stem = name.replace(/(?:特别行政区|自治区|省|市)$/, '')
  // 内蒙古 is the one whose people belongs to the short name.
  return stem === '内蒙古' ? [stem] : [dropPeoples(stem)]
}

/** City: 深圳市 -> 深圳; 延边朝鲜族自治州 -> 延边, 延边州; 兴安盟 -> 兴安; 阿克苏地区 -> 阿克苏. */
export function cityShortNames(name: string): string[] {
  // The exchange writes 河南省直辖县级行政区划 as the city: the province, then the heading without its 省.
  if (name.endsWith(DIRECT_COUNTIES)) return [DIRECT_COUNTIES]
  if (name.endsWith('自治州')) {
    const stem = dropPeoples(name.slice(0, -'自治州'.length))
    return stem.length < SHORTEST_STEM ? [] : [stem, `${stem}州`]
  }
  return longEnough(name.replace(/(?:地区|市|盟)$/, ''), name)
}

/** District: 南山区 -> 南山; 昆山市 -> 昆山. 城区 and 郊区 have no shorter name. */
export function districtShortNames(name: string): string[] {
  return longEnough(dropPeoples(name.replace(/(?:自治县|自治旗|区|县|市|旗)$/, '')), name)
}

function longEnough(stem: string, name: string): string[] {
  return stem !== name && stem.length >= SHORTEST_STEM ? [stem] : []
}

function dropPeoples(name: string): string {
  let stem = name
  for (let count = 0; count < PEOPLES_IN_A_NAME; count++) {
    const shorter = stem.replace(ENDS_WITH_PEOPLE, '')
    if (shorter.length < SHORTEST_STEM) return stem
    stem = shorter
  }
  return stem
}
