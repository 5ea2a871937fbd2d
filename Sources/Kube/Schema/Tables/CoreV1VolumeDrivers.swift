extension SchemaTable {
    /// k8s.io/api/core/v1. Volumes that come over a network or from a cloud.
    static let coreV1VolumeDrivers = """
        GCEPersistentDiskVolumeSource | A disk of Google Compute Engine.
          1  pdName     string required | The disk.
          2  fsType     string          | The file system on it. Default ext4.
          3  partition  int32           | The number of the partition. Default 0: the whole disk.
          4  readOnly   bool            | Makes it read-only. Default false.
        AWSElasticBlockStoreVolumeSource | A disk of AWS.
          1  volumeID   string required | The disk.
          2  fsType     string          | The file system on it. Default ext4.
          3  partition  int32           | The number of the partition. Default 0: the whole disk.
          4  readOnly   bool            | Makes it read-only. Default false.
        GitRepoVolumeSource | A clone of a git repository.
          1  repository  string required | Its URL.
          2  revision    string          | The commit to check out.
          3  directory   string          | The directory to clone into; without .. in it.
        NFSVolumeSource | A directory of an NFS server.
          1  server    string required | The host name or address of the server.
          2  path      string required | The directory it exports.
          3  readOnly  bool            | Makes it read-only. Default false.
        ISCSIVolumeSource | A disk reached over iSCSI.
           1  targetPortal       string required        | The address of the portal, with a port unless it is 3260.
           2  iqn                string required        | The qualified name of the target.
           3  lun                int32 required         | The number of the unit.
           4  iscsiInterface     string default=default | The interface that makes the connection.
           5  fsType             string                 | The file system on it. Default ext4.
           6  readOnly           bool                   | Makes it read-only. Default false.
           7  portals            []string               | Further portals, for several paths to the target.
           8  chapAuthDiscovery  bool                   | Whether discovery needs CHAP.
          11  chapAuthSession    bool                   | Whether the session needs CHAP.
          10  secretRef          *LocalObjectReference  | The secret with the CHAP passwords.
          12  initiatorName      *string                | The name we call ourselves, in place of the host's.
        GlusterfsVolumeSource | A GlusterFS volume.
          1  endpoints  string required | The Endpoints object that lists the servers.
          2  path       string required | The volume.
          3  readOnly   bool            | Makes it read-only. Default false.
        RBDVolumeSource | A Ceph block device.
          1  monitors   []string required     | The monitors of the Ceph cluster.
          2  image      string required       | The image of the device.
          3  fsType     string                | The file system on it. Default ext4.
          4  pool       string default=rbd    | The pool the image is in.
          5  user       string default=admin  | The Ceph user.
          6  keyring    string default=/etc/ceph/keyring | The file with the user's key.
          7  secretRef  *LocalObjectReference | The secret with the user's key; wins over keyring.
          8  readOnly   bool                  | Makes it read-only. Default false.
        FlexVolumeSource | A volume of an exec driver.
          1  driver     string required       | The driver.
          2  fsType     string                | The file system on it. Default is up to the driver.
          3  secretRef  *LocalObjectReference | The secret that is handed to the driver.
          4  readOnly   bool                  | Makes it read-only. Default false.
          5  options    map[string]           | What else the driver should know.
        CinderVolumeSource | A disk of OpenStack.
          1  volumeID   string required       | The disk.
          2  fsType     string                | The file system on it. Default ext4.
          3  readOnly   bool                  | Makes it read-only. Default false.
          4  secretRef  *LocalObjectReference | The secret with the OpenStack credentials.
        CephFSVolumeSource | A Ceph file system.
          1  monitors    []string required     | The monitors of the Ceph cluster.
          2  path        string                | The directory to mount. Default is /.
          3  user        string                | The Ceph user. Default admin.
          4  secretFile  string                | The file with the user's key. Default /etc/ceph/user.secret.
          5  secretRef   *LocalObjectReference | The secret with the user's key; wins over secretFile.
          6  readOnly    bool                  | Makes it read-only. Default false.
        FlockerVolumeSource | A Flocker dataset, by one of the two.
          1  datasetName  string | Its name.
          2  datasetUUID  string | Its UUID.
        FCVolumeSource | A disk reached over Fibre Channel.
          1  targetWWNs  []string | The world wide names of the target.
          2  lun         *int32   | The number of the unit.
          3  fsType      string   | The file system on it. Default ext4.
          4  readOnly    bool     | Makes it read-only. Default false.
          5  wwids       []string | World wide identifiers, in place of targetWWNs and lun.
        AzureFileVolumeSource | A share of Azure Files.
          1  secretName  string required | The secret with the name and the key of the account.
          2  shareName   string required | The share.
          3  readOnly    bool            | Makes it read-only. Default false.
        VsphereVirtualDiskVolumeSource | A disk of vSphere.
          1  volumePath         string required | The path of the disk.
          2  fsType             string          | The file system on it. Default ext4.
          3  storagePolicyName  string          | The storage policy, by name.
          4  storagePolicyID    string          | The storage policy, by identifier.
        QuobyteVolumeSource | A Quobyte volume.
          1  registry  string required | Registries as host:port, separated by commas.
          2  volume    string required | The volume.
          3  readOnly  bool            | Makes it read-only. Default false.
          4  user      string          | The user to mount it as. Default is the service account's.
          5  group     string          | The group to mount it as. Default is none.
          6  tenant    string          | The tenant that owns it.
        AzureDiskVolumeSource | A disk of Azure.
          1  diskName     string required | The disk.
          2  diskURI      string required | Its address.
          3  cachingMode  *string default=ReadWrite enum=None,ReadOnly,ReadWrite | What the host caches.
          4  fsType       *string default=ext4 | The file system on it.
          5  readOnly     *bool default=false | Makes it read-only.
          6  kind         *string default=Shared enum=Dedicated,Managed,Shared \
              | How the disk is kept: in a shared account, in its own, or managed.
        PhotonPersistentDiskVolumeSource | A disk of Photon.
          1  pdID    string required | The disk.
          2  fsType  string          | The file system on it. Default ext4.
        PortworxVolumeSource | A Portworx volume.
          1  volumeID  string required | The volume.
          2  fsType    string          | The file system on it. Default ext4.
          3  readOnly  bool            | Makes it read-only. Default false.
        ScaleIOVolumeSource | A ScaleIO volume.
           1  gateway           string required                | The address of the gateway.
           2  system            string required                | The storage system.
           3  secretRef         *LocalObjectReference required | The secret with the user and the password.
           4  sslEnabled        bool                           | Whether to use TLS towards the gateway. Default false.
           5  protectionDomain  string                         | The protection domain.
           6  storagePool       string                         | The pool within the domain.
           7  storageMode       string default=ThinProvisioned | Whether space is taken at once or as needed.
           8  volumeName        string                         | The volume, which must exist.
           9  fsType            string default=xfs             | The file system on it.
          10  readOnly          bool                           | Makes it read-only. Default false.
        StorageOSVolumeSource | A StorageOS volume.
          1  volumeName       string                | The volume.
          2  volumeNamespace  string                | The StorageOS namespace. Default is that of the pod.
          3  fsType           string                | The file system on it. Default ext4.
          4  readOnly         bool                  | Makes it read-only. Default false.
          5  secretRef        *LocalObjectReference | The secret with the StorageOS credentials.
        CSIVolumeSource | A volume that a CSI driver makes for this pod.
          1  driver                string required       | The driver.
          2  readOnly              *bool                 | Makes it read-only. Default false.
          3  fsType                *string               | The file system on it. Default is up to the driver.
          4  volumeAttributes      map[string]           | What else the driver should know.
          5  nodePublishSecretRef  *LocalObjectReference | The secret that is handed to the driver.
        """
}
