/** Tokens per second between which a run is expected. */
export interface SpeedBand {
  lowTokensPerSecond: number;
  highTokensPerSecond: number;
  /** formula: by bytes and bandwidth; class: some of the hardware goes by a class of its own; measured: by others on this chip. */
  basis: 'formula' | 'class' | 'measured';
}
