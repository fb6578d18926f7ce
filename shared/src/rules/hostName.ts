// The part that mail and web addresses share. Split and looked at label by label: linear whatever is typed.

const LABEL = /^[\p{L}\p{N}\p{M}-]+$/u // Chinese labels (高乐股份.com) are real

/** True for 'bank.pingan.com', '高乐股份.com', '192.168.1.10': at least two labels, none with an edge dash. */
export function isHostName(host: string): boolean {
  if (host.length > 253) return false
  const labels = host.split('.')
  if (labels.length < 2 || !labels.every(isLabel)) return false
  return /^\d+$/.test(labels.at(-1)!) ? isIpv4(labels) : true
}

function isLabel(label: string): boolean {
  return label.length <= 63 && LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-')
}

function isIpv4(labels: string[]): boolean {
  return labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label) && Number(label) <= 255)
}
