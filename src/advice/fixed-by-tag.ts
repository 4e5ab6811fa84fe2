/** Parameters of a tag; null: it does not set them. */
export interface FixedByTag {
  /** num_gpu: layers on devices. */
  gpuLayers: number | null;
  /** main_gpu: number of the one device. */
  mainGpu: number | null;
}
