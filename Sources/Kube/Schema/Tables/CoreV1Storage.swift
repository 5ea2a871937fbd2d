extension SchemaTable {
    /// k8s.io/api/core/v1. Persistent volumes, and the sources that only they have.
    static let coreV1Storage = """
        PersistentVolume kind | Room on disk that exists by itself, for a claim to be bound to.
          1  metadata  meta.ObjectMeta        | Name, labels and the rest of what every object carries.
          2  spec      PersistentVolumeSpec   | Where it is, how large, and who has it.
          3  status    PersistentVolumeStatus | Whether it is free.
        PersistentVolumeList kind | A list of PersistentVolumes.
          1  metadata  meta.ListMeta               | Version of the list and where its next page starts.
          2  items     []PersistentVolume required | The volumes.
        PersistentVolumeSpec | Where a volume is, how large, and who has it.
           1  capacity  map[Quantity] | How large it is, by resource: storage. Nothing enforces it on a directory.
           2  persistentVolumeSource  PersistentVolumeSource inline \
              | What it is made from. Exactly one of its members is set.
           3  accessModes  []string enum=ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod \
              | In which ways it can be mounted.
           4  claimRef  *ObjectReference | The claim that has it, or that it is kept for.
           5  persistentVolumeReclaimPolicy  string enum=Delete,Recycle,Retain \
              | What becomes of it when its claim is gone: Retain (the default) or Delete. Recycle is refused.
           6  storageClassName  string | The class it belongs to. Empty: claims without a class.
           7  mountOptions  []string | Options of mount(8). Directories have none, so they are refused.
           8  volumeMode  *string enum=Block,Filesystem | As files (the default) or as a device, which is refused.
           9  nodeAffinity  *VolumeNodeAffinity | The hosts from which it can be reached.
          10  volumeAttributesClassName  *string | The class of attributes its driver gave it. Refused: there are no drivers.
        PersistentVolumeSource | What a persistent volume is made from. Here it is hostPath or local; the others are refused.
           1  gcePersistentDisk     *GCEPersistentDiskVolumeSource | A disk of Google Compute Engine. Refused.
           2  awsElasticBlockStore  *AWSElasticBlockStoreVolumeSource | A disk of AWS. Refused.
           3  hostPath              *HostPathVolumeSource | A directory of the host.
           4  glusterfs             *GlusterfsPersistentVolumeSource | A GlusterFS volume. Refused.
           5  nfs                   *NFSVolumeSource | A directory of an NFS server. Refused.
           6  rbd                   *RBDPersistentVolumeSource | A Ceph block device. Refused.
           7  iscsi                 *ISCSIPersistentVolumeSource | A disk reached over iSCSI. Refused.
           8  cinder                *CinderPersistentVolumeSource | A disk of OpenStack. Refused.
           9  cephfs                *CephFSPersistentVolumeSource | A Ceph file system. Refused.
          10  fc                    *FCVolumeSource | A disk reached over Fibre Channel. Refused.
          11  flocker               *FlockerVolumeSource | A Flocker dataset. Refused.
          12  flexVolume            *FlexPersistentVolumeSource | A volume of an exec driver. Refused.
          13  azureFile             *AzureFilePersistentVolumeSource | A share of Azure Files. Refused.
          14  vsphereVolume         *VsphereVirtualDiskVolumeSource | A disk of vSphere. Refused.
          15  quobyte               *QuobyteVolumeSource | A Quobyte volume. Refused.
          16  azureDisk             *AzureDiskVolumeSource | A disk of Azure. Refused.
          17  photonPersistentDisk  *PhotonPersistentDiskVolumeSource | A disk of Photon. Refused.
          18  portworxVolume        *PortworxVolumeSource | A Portworx volume. Refused.
          19  scaleIO               *ScaleIOPersistentVolumeSource | A ScaleIO volume. Refused.
          20  local                 *LocalVolumeSource | A directory of the hosts that nodeAffinity names.
          21  storageos             *StorageOSPersistentVolumeSource | A StorageOS volume. Refused.
          22  csi                   *CSIPersistentVolumeSource | A volume of a CSI driver. Refused.
        PersistentVolumeStatus | Whether a volume is free.
          1  phase  string enum=Available,Bound,Failed,Pending,Released \
              | Available, Bound to a claim, Released when the claim is gone, Failed when it could not be removed.
          2  message  string | Why it is so, in a sentence.
          3  reason  string | Why it is so, in a word.
          4  lastPhaseTransitionTime  *Time | When the phase last changed.
        VolumeNodeAffinity | The hosts from which a volume can be reached.
          1  required  *NodeSelector | What a host must have.
        LocalVolumeSource | A directory of the host, which must be there.
          1  path    string required | Its absolute path.
          2  fsType  *string         | The file system on it, for devices only.
        GlusterfsPersistentVolumeSource | A GlusterFS volume.
          1  endpoints           string required | The Endpoints object that lists the servers.
          2  path                string required | The volume.
          3  readOnly            bool            | Makes it read-only. Default false.
          4  endpointsNamespace  *string         | Where the Endpoints object is. Default is that of the claim.
        RBDPersistentVolumeSource | A Ceph block device.
          1  monitors   []string required    | The monitors of the Ceph cluster.
          2  image      string required      | The image of the device.
          3  fsType     string               | The file system on it. Default ext4.
          4  pool       string default=rbd   | The pool the image is in.
          5  user       string default=admin | The Ceph user.
          6  keyring    string default=/etc/ceph/keyring | The file with the user's key.
          7  secretRef  *SecretReference     | The secret with the user's key; wins over keyring.
          8  readOnly   bool                 | Makes it read-only. Default false.
        ISCSIPersistentVolumeSource | A disk reached over iSCSI.
           1  targetPortal       string required        | The address of the portal, with a port unless it is 3260.
           2  iqn                string required        | The qualified name of the target.
           3  lun                int32 required         | The number of the unit.
           4  iscsiInterface     string default=default | The interface that makes the connection.
           5  fsType             string                 | The file system on it. Default ext4.
           6  readOnly           bool                   | Makes it read-only. Default false.
           7  portals            []string               | Further portals, for several paths to the target.
           8  chapAuthDiscovery  bool                   | Whether discovery needs CHAP.
          11  chapAuthSession    bool                   | Whether the session needs CHAP.
          10  secretRef          *SecretReference       | The secret with the CHAP passwords.
          12  initiatorName      *string                | The name we call ourselves, in place of the host's.
        CinderPersistentVolumeSource | A disk of OpenStack.
          1  volumeID   string required  | The disk.
          2  fsType     string           | The file system on it. Default ext4.
          3  readOnly   bool             | Makes it read-only. Default false.
          4  secretRef  *SecretReference | The secret with the OpenStack credentials.
        CephFSPersistentVolumeSource | A Ceph file system.
          1  monitors    []string required | The monitors of the Ceph cluster.
          2  path        string            | The directory to mount. Default is /.
          3  user        string            | The Ceph user. Default admin.
          4  secretFile  string            | The file with the user's key. Default /etc/ceph/user.secret.
          5  secretRef   *SecretReference  | The secret with the user's key; wins over secretFile.
          6  readOnly    bool              | Makes it read-only. Default false.
        FlexPersistentVolumeSource | A volume of an exec driver.
          1  driver     string required  | The driver.
          2  fsType     string           | The file system on it. Default is up to the driver.
          3  secretRef  *SecretReference | The secret that is handed to the driver.
          4  readOnly   bool             | Makes it read-only. Default false.
          5  options    map[string]      | What else the driver should know.
        AzureFilePersistentVolumeSource | A share of Azure Files.
          1  secretName       string required  | The secret with the name and the key of the account.
          2  shareName        string required  | The share.
          3  readOnly         bool             | Makes it read-only. Default false.
          4  secretNamespace  *string required | Where the secret is. Default is the namespace of the pod.
        ScaleIOPersistentVolumeSource | A ScaleIO volume.
           1  gateway           string required                | The address of the gateway.
           2  system            string required                | The storage system.
           3  secretRef         *SecretReference required      | The secret with the user and the password.
           4  sslEnabled        bool                           | Whether to use TLS towards the gateway. Default false.
           5  protectionDomain  string                         | The protection domain.
           6  storagePool       string                         | The pool within the domain.
           7  storageMode       string default=ThinProvisioned | Whether space is taken at once or as needed.
           8  volumeName        string                         | The volume, which must exist.
           9  fsType            string default=xfs             | The file system on it.
          10  readOnly          bool                           | Makes it read-only. Default false.
        StorageOSPersistentVolumeSource | A StorageOS volume.
          1  volumeName       string           | The volume.
          2  volumeNamespace  string           | The StorageOS namespace. Default is that of the pod.
          3  fsType           string           | The file system on it. Default ext4.
          4  readOnly         bool             | Makes it read-only. Default false.
          5  secretRef        *ObjectReference | The secret with the StorageOS credentials.
        CSIPersistentVolumeSource | A volume of a CSI driver.
           1  driver                      string required  | The driver.
           2  volumeHandle                string required  | What the driver calls the volume.
           3  readOnly                    bool             | Makes it read-only. Default false.
           4  fsType                      string           | The file system on it. Default is up to the driver.
           5  volumeAttributes            map[string]      | What else the driver should know.
           6  controllerPublishSecretRef  *SecretReference | The secret for attaching the volume.
           7  nodeStageSecretRef          *SecretReference | The secret for preparing it on the host.
           8  nodePublishSecretRef        *SecretReference | The secret for mounting it.
           9  controllerExpandSecretRef   *SecretReference | The secret for making it larger.
          10  nodeExpandSecretRef         *SecretReference | The secret for making its file system larger.
        TopologySelectorTerm atomic | Places that fit all of its tests.
          1  matchLabelExpressions  []TopologySelectorLabelRequirement | The tests.
        TopologySelectorLabelRequirement | A test of one label of a host.
          1  key     string required   | The label.
          2  values  []string required | What it may be; one of them.
        """
}
