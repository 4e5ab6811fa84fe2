/** What a PCI device id says about an AMD GPU: chip, LLVM target, and whether it shares the die and the RAM with a CPU. */
export interface Chip {
  chip: string;
  gfx: string;
  integrated: boolean;
}

/** First id, last id, chip, LLVM target, integrated. Source: Linux amdgpu_drv.c pciidlist and kfd_device.c, LLVM AMDGPU usage guide. */
const ranges: readonly (readonly [number, number, string, string, boolean])[] = [
  [0x67c0, 0x67ff, 'Polaris', 'gfx803', false],
  [0x6fdf, 0x6fdf, 'Polaris', 'gfx803', false],
  [0x6860, 0x687f, 'Vega 10', 'gfx900', false],
  [0x69a0, 0x69af, 'Vega 12', 'gfx904', false],
  [0x66a0, 0x66af, 'Vega 20', 'gfx906', false],
  [0x15dd, 0x15dd, 'Raven', 'gfx902', true],
  [0x15d8, 0x15d8, 'Picasso', 'gfx902', true],
  [0x1636, 0x1636, 'Renoir', 'gfx90c', true],
  [0x1638, 0x1638, 'Cezanne', 'gfx90c', true],
  [0x164c, 0x164c, 'Lucienne', 'gfx90c', true],
  [0x15e7, 0x15e7, 'Barcelo', 'gfx90c', true],
  [0x13fe, 0x13fe, 'Cyan Skillfish', 'gfx1013', true],
  [0x163f, 0x163f, 'Van Gogh', 'gfx1033', true],
  [0x1435, 0x1435, 'Sephiroth', 'gfx1033', true],
  [0x164d, 0x164d, 'Rembrandt', 'gfx1035', true],
  [0x1681, 0x1681, 'Rembrandt', 'gfx1035', true],
  [0x164e, 0x164e, 'Raphael', 'gfx1036', true],
  [0x1506, 0x1506, 'Mendocino', 'gfx1036', true],
  [0x13c0, 0x13c0, 'Granite Ridge', 'gfx1036', true],
  [0x15bf, 0x15bf, 'Phoenix', 'gfx1103', true],
  [0x15c8, 0x15c8, 'Phoenix 2', 'gfx1103', true],
  [0x1900, 0x1901, 'Hawk Point', 'gfx1103', true],
  [0x150e, 0x150e, 'Strix Point', 'gfx1150', true],
  [0x1586, 0x1586, 'Strix Halo', 'gfx1151', true],
  [0x1114, 0x1114, 'Krackan Point', 'gfx1152', true],
  [0x1902, 0x1902, 'Krackan Point 2', 'gfx1153', true],
  [0x738c, 0x738e, 'Arcturus', 'gfx908', false],
  [0x7408, 0x7410, 'Aldebaran', 'gfx90a', false],
  [0x74a0, 0x74bd, 'Aqua Vanjaram', 'gfx942', false],
  [0x75a0, 0x75b3, 'MI350', 'gfx950', false],
  [0x7310, 0x731f, 'Navi 10', 'gfx1010', false],
  [0x7360, 0x7362, 'Navi 12', 'gfx1011', false],
  [0x7340, 0x734f, 'Navi 14', 'gfx1012', false],
  [0x73a0, 0x73bf, 'Navi 21', 'gfx1030', false],
  [0x73c0, 0x73df, 'Navi 22', 'gfx1031', false],
  [0x73e0, 0x73ff, 'Navi 23', 'gfx1032', false],
  [0x7420, 0x743f, 'Navi 24', 'gfx1034', false],
  [0x7440, 0x745f, 'Navi 31', 'gfx1100', false],
  [0x7460, 0x747f, 'Navi 32', 'gfx1101', false],
  [0x7480, 0x749f, 'Navi 33', 'gfx1102', false],
  [0x7550, 0x7551, 'Navi 48', 'gfx1201', false],
  [0x7590, 0x759f, 'Navi 44', 'gfx1200', false],
];

/** The chip behind a PCI device id, null when the table does not have it. */
export function chipOf(deviceId: number | null): Chip | null {
  if (deviceId === null) return null;
  const row = ranges.find(([first, last]) => deviceId >= first && deviceId <= last);
  return row === undefined ? null : { chip: row[2], gfx: row[3], integrated: row[4] };
}

/** LLVM targets that exist only in processors with their own graphics. Source: the same table. */
const integratedTargets = new Set(ranges.filter((row) => row[4]).map((row) => row[3]));

/** Whether an LLVM target is only found in APUs. */
export function isIntegratedTarget(gfx: string | null): boolean {
  return gfx !== null && integratedTargets.has(gfx);
}
