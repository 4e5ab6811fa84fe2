/** Tokens per second between which a run is expected. */
export interface SpeedBand {
  lowTokensPerSecond: number;
  /** The single figure that is most likely; errors on its two sides differ. */
  expectedTokensPerSecond: number;
  highTokensPerSecond: number;
  /** formula: by bytes and bandwidth; class: some of the hardware goes by a class of its own; measured: by others on this chip. */
  basis: 'formula' | 'class' | 'measured';
  /** The CPU is of a kind that slowed a fast card down on another machine: the low end allows for it. */
  slowHost: boolean;
}

/** Tokens of a prompt read per second. */
export interface PromptSpeedBand {
  lowTokensPerSecond: number;
  expectedTokensPerSecond: number;
  highTokensPerSecond: number;
  basis: 'formula' | 'measured';
}
