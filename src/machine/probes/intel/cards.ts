/** Intel cards with memory of their own, by PCI device id. Source: pci.ids and the xe and i915 drivers' id lists, 2026-11. */
const names: Record<number, string> = {
  22160: 'Intel Arc A770M',
  22161: 'Intel Arc A730M',
  22162: 'Intel Arc A550M',
  22163: 'Intel Arc A370M',
  22164: 'Intel Arc A350M',
  22176: 'Intel Arc A770',
  22177: 'Intel Arc A750',
  22178: 'Intel Arc A580',
  22181: 'Intel Arc A380',
  22182: 'Intel Arc A310',
  22192: 'Intel Arc Pro A30M',
  22193: 'Intel Arc Pro A40/A50',
  22195: 'Intel Arc Pro A60',
  22208: 'Intel Data Center GPU Flex 170',
  22209: 'Intel Data Center GPU Flex 140',
  3029: 'Intel Data Center GPU Max 1550',
  3034: 'Intel Data Center GPU Max 1100',
  57867: 'Intel Arc B580',
  57868: 'Intel Arc B570',
  57873: 'Intel Arc Pro B60',
  57874: 'Intel Arc Pro B50',
  57891: 'Intel Arc Pro B70',
};

/** Name of a card by PCI device id; null for graphics in processors and for what the table does not have. */
export function intelCardName(deviceId: number | null): string | null {
  return deviceId === null ? null : (names[deviceId] ?? null);
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
