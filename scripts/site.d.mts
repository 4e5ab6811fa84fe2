export function buildSite(folder: string): Promise<number>;
