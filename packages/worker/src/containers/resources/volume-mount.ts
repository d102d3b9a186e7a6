import type Docker from 'dockerode';

/** A volume in a container's configuration. Nothing of the image's own files is copied into it. */
export function volumeMount(
  volume: string,
  target: string,
  { readOnly }: { readOnly: boolean },
): Docker.MountSettings {
  return {
    Type: 'volume',
    Source: volume,
    Target: target,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  };
}
