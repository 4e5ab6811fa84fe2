/** Files of /proc and the cgroup tree: the sizes that the tests name are those of the captures of the same name, the rest is made up. */

const meminfo = (kib: Record<string, number>) =>
  Object.entries(kib)
    .map(([key, value]) => `${`${key}:`.padEnd(16)}${String(value).padStart(8)} kB\n`)
    .join('');

export const linuxOutputs: Record<string, string> = {
  'proc-meminfo-firecracker-24g.txt': meminfo({
    MemTotal: 24684092,
    MemFree: 24100000,
    MemAvailable: 24314952,
    Buffers: 700,
    Cached: 250000,
    SwapCached: 0,
    SwapTotal: 0,
    SwapFree: 0,
    Shmem: 8000,
    SReclaimable: 70000,
    Hugepagesize: 2048,
    DirectMap1G: 25165824,
  }),
  'proc-meminfo-gb10.txt': meminfo({ MemTotal: 127600748, MemFree: 9000000, MemAvailable: 118566368 }),
  'proc-meminfo-16g-procfs.txt': meminfo({
    MemTotal: 15666184,
    MemFree: 440324,
    Buffers: 1020128,
    Cached: 12007640,
    SwapCached: 0,
    SwapTotal: 0,
    SwapFree: 0,
    Shmem: 1308,
    SReclaimable: 1700000,
    Hugepagesize: 2048,
  }),
  'cgroup1-proc-self-cgroup-hybrid.txt':
    '7:name=systemd:/\n6:pids:/\n5:blkio:/\n4:memory:/session/0000\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n0::/\n',
  'cgroup1-nested-memory.stat-child.txt':
    'cache 0\nrss 4096\npgpgin 100\npgpgout 99\nhierarchical_memory_limit 536870912\nhierarchical_memsw_limit 9223372036854771712\ntotal_cache 0\ntotal_rss 4096\ntotal_inactive_file 0\n',
  'mountinfo-docker-desktop-windows-9p.txt':
    '901 800 0:77 / /Docker/host rw,noatime - 9p C:\\134Program\\040Files\\134Docker rw,dirsync,aname=drvfs;path=C:\\Program Files\\Docker;symlinkroot=/mnt/,mmap,access=client,msize=65536,trans=fd,rfd=5,wfd=5',
};
