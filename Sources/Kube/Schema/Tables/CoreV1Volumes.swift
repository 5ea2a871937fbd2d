extension SchemaTable {
    /// k8s.io/api/core/v1. Volumes of a pod, from what the host and the API have.
    static let coreV1Volumes = """
        Volume | A directory, a file or a device that containers of the pod can mount.
          1  name          string required     | What mounts call it; unique within the pod, a DNS label.
          2  volumeSource  VolumeSource inline | What it is made from. Exactly one of its members is set.
        VolumeSource | What a volume is made from. One of them is set.
           1  hostPath               *HostPathVolumeSource | A file or directory of the host.
           2  emptyDir               *EmptyDirVolumeSource | An empty directory that lives as long as the pod.
           3  gcePersistentDisk      *GCEPersistentDiskVolumeSource | A disk of Google Compute Engine. Replaced by CSI. Refused.
           4  awsElasticBlockStore   *AWSElasticBlockStoreVolumeSource | A disk of AWS. Replaced by CSI. Refused.
           5  gitRepo                *GitRepoVolumeSource | A clone of a git repository. No longer supported anywhere. Refused.
           6  secret                 *SecretVolumeSource | The entries of a secret, as files.
           7  nfs                    *NFSVolumeSource | A directory of an NFS server. Refused.
           8  iscsi                  *ISCSIVolumeSource | A disk reached over iSCSI. Refused.
           9  glusterfs              *GlusterfsVolumeSource | A GlusterFS volume. No longer supported anywhere. Refused.
          10  persistentVolumeClaim  *PersistentVolumeClaimVolumeSource \
              | The volume that a claim of the namespace is bound to.
          11  rbd                    *RBDVolumeSource | A Ceph block device. No longer supported anywhere. Refused.
          12  flexVolume             *FlexVolumeSource | A volume of an exec driver. Replaced by CSI. Refused.
          13  cinder                 *CinderVolumeSource | A disk of OpenStack. Replaced by CSI. Refused.
          14  cephfs                 *CephFSVolumeSource | A Ceph file system. No longer supported anywhere. Refused.
          15  flocker                *FlockerVolumeSource | A Flocker dataset. No longer supported anywhere. Refused.
          16  downwardAPI            *DownwardAPIVolumeSource | Fields of the pod, as files.
          17  fc                     *FCVolumeSource | A disk reached over Fibre Channel. Refused.
          18  azureFile              *AzureFileVolumeSource | A share of Azure Files. Replaced by CSI. Refused.
          19  configMap              *ConfigMapVolumeSource | The entries of a config map, as files.
          20  vsphereVolume          *VsphereVirtualDiskVolumeSource | A disk of vSphere. Replaced by CSI. Refused.
          21  quobyte                *QuobyteVolumeSource | A Quobyte volume. No longer supported anywhere. Refused.
          22  azureDisk              *AzureDiskVolumeSource | A disk of Azure. Replaced by CSI. Refused.
          23  photonPersistentDisk   *PhotonPersistentDiskVolumeSource | A disk of Photon. No longer supported anywhere. Refused.
          26  projected              *ProjectedVolumeSource | Several sources in one directory.
          24  portworxVolume         *PortworxVolumeSource | A Portworx volume. Replaced by CSI. Refused.
          25  scaleIO                *ScaleIOVolumeSource | A ScaleIO volume. No longer supported anywhere. Refused.
          27  storageos              *StorageOSVolumeSource | A StorageOS volume. No longer supported anywhere. Refused.
          28  csi                    *CSIVolumeSource | A volume that a CSI driver makes for this pod. Refused.
          29  ephemeral              *EphemeralVolumeSource | A volume claimed for this pod, and deleted with it. Refused.
          30  image                  *ImageVolumeSource | The files of an image, to be read only.
        HostPathVolumeSource | A file or directory of the host.
          1  path  string required | Its absolute path; links are followed.
          2  type  *string enum=BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket \
              | What must be there, or is made if it is not. Default is no check.
        EmptyDirVolumeSource | An empty directory that lives as long as the pod.
          1  medium     string    | Empty for disk, Memory for a tmpfs, HugePages for huge pages.
          2  sizeLimit  *Quantity | How large it may grow. Default is no limit.
          3  mode       *int32    | Its permission bits, up to 01777. Default 0777.
        SecretVolumeSource | The entries of a secret, as files.
          1  secretName   string      | The secret, in the namespace of the pod.
          2  items        []KeyToPath | Which entries, and under which names. Default is all under their own.
          3  defaultMode  *int32      | Permission bits of the files. Default 0644.
          4  optional     *bool       | Whether the secret or an entry may be missing.
          5  defaultUser  *int64      | The user who owns the files. Refused: not supported yet.
        ConfigMapVolumeSource | The entries of a config map, as files.
          1  localObjectReference  LocalObjectReference inline | The config map, in the namespace of the pod.
          2  items                 []KeyToPath | Which entries, and under which names. Default is all under their own.
          3  defaultMode           *int32 | Permission bits of the files. Default 0644.
          4  optional              *bool | Whether the config map or an entry may be missing.
          5  defaultUser           *int64 | The user who owns the files. Refused: not supported yet.
        KeyToPath | Which file an entry becomes.
          1  key   string required | The entry.
          2  path  string required | The file, from the root of the volume; without .. in it.
          3  mode  *int32          | Permission bits of this file. Default is that of the volume.
          4  user  *int64          | The user who owns this file. Refused: not supported yet.
        DownwardAPIVolumeSource | Fields of the pod, as files.
          1  items        []DownwardAPIVolumeFile | The files.
          2  defaultMode  *int32                  | Permission bits of the files. Default 0644.
          3  defaultUser  *int64                  | The user who owns the files. Refused: not supported yet.
        DownwardAPIVolumeFile | A file with a field of the pod in it.
          1  path              string required        | The file, from the root of the volume; without .. in it.
          2  fieldRef          *ObjectFieldSelector   | The field: labels, annotations, name, namespace or uid.
          3  resourceFieldRef  *ResourceFieldSelector | A limit or request of a container, instead.
          4  mode              *int32                 | Permission bits of this file. Default is that of the volume.
          5  user              *int64                 | The user who owns this file. Refused: not supported yet.
        ProjectedVolumeSource | Several sources in one directory.
          1  sources      []VolumeProjection | The sources. Their paths must not collide.
          2  defaultMode  *int32             | Permission bits of the files. Default 0644.
          3  defaultUser  *int64             | The user who owns the files. Refused: not supported yet.
        VolumeProjection | One source of a projected volume. One of them is set.
          1  secret               *SecretProjection              | Entries of a secret.
          2  downwardAPI          *DownwardAPIProjection         | Fields of the pod.
          3  configMap            *ConfigMapProjection           | Entries of a config map.
          4  serviceAccountToken  *ServiceAccountTokenProjection | A token for the API. Refused.
          5  clusterTrustBundle   *ClusterTrustBundleProjection  | Certificates of authorities to trust. Refused.
          6  podCertificate       *PodCertificateProjection      | A key and a certificate of the pod's own. Refused.
        SecretProjection | Entries of a secret, as files.
          1  localObjectReference  LocalObjectReference inline | The secret, in the namespace of the pod.
          2  items                 []KeyToPath | Which entries, and under which names. Default is all under their own.
          4  optional              *bool | Whether the secret or an entry may be missing.
        ConfigMapProjection | Entries of a config map, as files.
          1  localObjectReference  LocalObjectReference inline | The config map, in the namespace of the pod.
          2  items                 []KeyToPath | Which entries, and under which names. Default is all under their own.
          4  optional              *bool | Whether the config map or an entry may be missing.
        DownwardAPIProjection | Fields of the pod, as files.
          1  items  []DownwardAPIVolumeFile | The files.
        ServiceAccountTokenProjection | A token with which the pod can call the API.
          1  audience           string | For whom the token is. Default is the API server.
          2  expirationSeconds  *int64 | How long it is good for; at least 600. Default 3600. It is renewed in time.
          3  path               string required | The file, from the root of the volume.
          4  user               *int64 | The user who owns the file. Refused: not supported yet.
        ClusterTrustBundleProjection | Certificates of authorities, as one PEM file.
          1  name           *string             | One bundle, by name.
          2  signerName     *string             | All bundles of this signer, instead.
          3  labelSelector  *meta.LabelSelector | Which of the signer's. Absent takes none, an empty one takes all.
          5  optional       *bool               | Whether the bundles may be missing.
          4  path           string required     | The file, from the root of the volume.
          6  user           *int64              | The user who owns the file. Refused: not supported yet.
        PodCertificateProjection | A private key and a certificate chain for the pod.
          1  signerName            string required | Who signs.
          2  keyType               string required | The kind of key, such as RSA3072, ECDSAP256 or ED25519.
          3  maxExpirationSeconds  *int32          | How long the certificate may last; at least 3600. Default 86400.
          4  credentialBundlePath  string          | A file with both, the key first.
          5  keyPath               string          | A file with the key alone.
          6  certificateChainPath  string          | A file with the chain alone.
          7  userAnnotations       map[string]     | Notes for the signer.
          8  user                  *int64          | The user who owns the files. Refused: not supported yet.
        PersistentVolumeClaimVolumeSource | The volume that a claim is bound to.
          1  claimName  string required | The claim, in the namespace of the pod.
          2  readOnly   bool            | Makes all mounts of it read-only. Default false.
        EphemeralVolumeSource | A claim that comes and goes with the pod.
          1  volumeClaimTemplate  *PersistentVolumeClaimTemplate \
              | The claim to make; its name is the pod's, a hyphen and the volume's.
        PersistentVolumeClaimTemplate | From which the claim of a pod is made.
          1  metadata  meta.ObjectMeta | Labels and annotations of the claim.
          2  spec      PersistentVolumeClaimSpec required | The spec of the claim.
        PersistentVolumeClaimSpec | What volume is wanted.
          1  accessModes                []string \
              | How it will be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.
          4  selector                   *meta.LabelSelector | Labels the volume must have.
          2  resources                  VolumeResourceRequirements | How large it must be.
          3  volumeName                 string | The volume the claim is bound to.
          5  storageClassName           *string \
              | The class of storage. Absent means the default class, empty means none.
          6  volumeMode                 *string enum=Block,Filesystem | As files or as a device. Default Filesystem.
          7  dataSource                 *TypedLocalObjectReference \
              | What to fill a new volume from: a snapshot or another claim.
          8  dataSourceRef              *TypedObjectReference | The same, of any kind, also from another namespace.
          9  volumeAttributesClassName  *string | The class of attributes the driver should give the volume.
        VolumeResourceRequirements | How large a volume must be and may be.
          1  limits    map[Quantity] | At most, by resource.
          2  requests  map[Quantity] | At least, by resource: storage.
        TypedLocalObjectReference atomic | An object of any kind in the same namespace.
          1  apiGroup  *string         | Its API group. Absent means the core group.
          2  kind      string required | Its kind.
          3  name      string required | Its name.
        TypedObjectReference | An object of any kind.
          1  apiGroup   *string         | Its API group. Absent means the core group.
          2  kind       string required | Its kind.
          3  name       string required | Its name.
          4  namespace  *string         | Its namespace. Default is the same one.
        ImageVolumeSource | The files of an image.
          1  reference   string | The image, under a name it was imported with.
          2  pullPolicy  string enum=Always,IfNotPresent,Never \
              | Whether a present image will do. Default Always for latest, else IfNotPresent.
        """
}
