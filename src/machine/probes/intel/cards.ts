/** Intel cards with memory of their own, by PCI device id. Source: pci.ids and the xe and i915 drivers' id lists, 2026-11. */
const names = new Map<number, string>([
  [0x0bd5, 'Intel Data Center GPU Max 1550'],
  [0x0bda, 'Intel Data Center GPU Max 1100'],
  [0x5690, 'Intel Arc A770M'],
  [0x5691, 'Intel Arc A730M'],
  [0x5692, 'Intel Arc A550M'],
  [0x5693, 'Intel Arc A370M'],
  [0x5694, 'Intel Arc A350M'],
  [0x56a0, 'Intel Arc A770'],
  [0x56a1, 'Intel Arc A750'],
  [0x56a2, 'Intel Arc A580'],
  [0x56a5, 'Intel Arc A380'],
  [0x56a6, 'Intel Arc A310'],
  [0x56b0, 'Intel Arc Pro A30M'],
  [0x56b1, 'Intel Arc Pro A40/A50'],
  [0x56b3, 'Intel Arc Pro A60'],
  [0x56c0, 'Intel Data Center GPU Flex 170'],
  [0x56c1, 'Intel Data Center GPU Flex 140'],
  [0xe20b, 'Intel Arc B580'],
  [0xe20c, 'Intel Arc B570'],
  [0xe211, 'Intel Arc Pro B60'],
  [0xe212, 'Intel Arc Pro B50'],
  [0xe222, 'Intel Arc Pro B65'],
  [0xe223, 'Intel Arc Pro B70'],
]);

/** Name of a card by PCI device id; null for graphics in processors and for what the table does not have. */
export function intelCardName(deviceId: number | null): string | null {
  return deviceId === null ? null : (names.get(deviceId) ?? null);
}

/** Makes one form of `Intel(R) Arc(TM) A770 Graphics` and lspci's `Arc A770`: Intel Arc A770. */
export function presentableIntelName(text: string): string | null {
  const plain = text
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (
    plain === '' ||
    /^(Intel )?Graphics( \[?0x[0-9a-f]+\]?)?$/i.test(plain) ||
    /^Intel( Corporation)?( Device.*)?$/i.test(plain)
  ) {
    return null;
  }
  const named = /^Intel\b/i.test(plain) ? plain : `Intel ${plain}`;
  return /\bArc( Pro)? [AB]\d+M?\b/.test(named) ? named.replace(/ Graphics$/i, '') : named;
}

/** Graphics in a processor sit on bus 0; a card says so by its id, its memory or another bus. */
export function isIntelCard(clues: {
  address: string | null;
  deviceId: number | null;
  memoryBytes: number | null;
  name: string | null;
}) {
  if (intelCardName(clues.deviceId) !== null || clues.memoryBytes !== null) return true;
  if (clues.address !== null) return !/^0000:00:/.test(clues.address);
  return /\bArc( Pro)? [AB]\d{2,3}\b|\b(Flex|Max) \d+|Iris Xe MAX/i.test(clues.name ?? '');
}
