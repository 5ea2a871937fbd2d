extension SchemaTable {
    /// k8s.io/api/core/v1. Who the processes of a pod are, and what they may do.
    static let coreV1Security = """
        PodSecurityContext | What holds for all containers of a pod, unless one says otherwise.
           1  seLinuxOptions            *SELinuxOptions \
              | The SELinux label of the containers. Refused: not supported yet.
           8  windowsOptions            *WindowsSecurityContextOptions \
              | Settings for Windows. Refused: only linux is supported.
           2  runAsUser                 *int64 | The user the program runs as. Default is what the image says.
           6  runAsGroup                *int64 | The main group. Default is what the image says.
           3  runAsNonRoot              *bool | Refuses to start a program that would run as user 0.
           4  supplementalGroups        []int64 | Further groups of the program.
          12  supplementalGroupsPolicy  *string enum=Merge,Strict \
              | Whether groups that the image gives the user count too: not with Strict. Default Merge.
           5  fsGroup                   *int64 | The group that owns the volumes.
           7  sysctls                   []Sysctl | Kernel parameters of the pod's namespaces; only safe ones.
           9  fsGroupChangePolicy       *string enum=Always,OnRootMismatch \
              | When volumes change owner. Default Always.
          10  seccompProfile            *SeccompProfile | Which system calls are let through.
          11  appArmorProfile           *AppArmorProfile | The AppArmor profile. All but Unconfined are refused.
          13  seLinuxChangePolicy       *string | How volumes get their label. Ignored: there are no labels.
        SecurityContext | What holds for one container; it wins over the pod's.
           1  capabilities              *Capabilities | Which parts of root's power to add or to drop.
           2  privileged                *bool | Takes nearly all walls down: root inside is root outside. Default false.
           3  seLinuxOptions            *SELinuxOptions \
              | The SELinux label of the container. Refused: not supported yet.
          10  windowsOptions            *WindowsSecurityContextOptions \
              | Settings for Windows. Refused: only linux is supported.
           4  runAsUser                 *int64 | The user the program runs as. Default is what the image says.
           8  runAsGroup                *int64 | The main group. Default is what the image says.
           5  runAsNonRoot              *bool | Refuses to start a program that would run as user 0.
           6  readOnlyRootFilesystem    *bool | Whether the root file system can only be read. Default false.
           7  allowPrivilegeEscalation  *bool | Whether setuid programs can gain anything. False sets no_new_privs.
           9  procMount                 *string enum=Default,Unmasked \
              | Default hides parts of /proc, Unmasked shows all of it. Unmasked needs hostUsers: false.
          11  seccompProfile            *SeccompProfile | Which system calls are let through.
          12  appArmorProfile           *AppArmorProfile | The AppArmor profile. All but Unconfined are refused.
        Capabilities | Changes to the capabilities a container starts with.
          1  add   []string | Names without CAP_, such as NET_ADMIN, or ALL.
          2  drop  []string | The same. ALL leaves only what is added; a name given in both is dropped.
        SeccompProfile | A filter of system calls.
          1  type              string required enum=Localhost,RuntimeDefault,Unconfined \
              | Whose filter: our own, none, or a file of the host.
          2  localhostProfile  *string | The file, for Localhost.
        AppArmorProfile | An AppArmor profile.
          1  type              string required enum=Localhost,RuntimeDefault,Unconfined \
              | Whose profile: our own, none, or one loaded on the host.
          2  localhostProfile  *string | The name of the loaded profile, for Localhost.
        SELinuxOptions | The four parts of an SELinux label.
          1  user   string | The user part.
          2  role   string | The role part.
          3  type   string | The type part.
          4  level  string | The level part.
        Sysctl | A kernel parameter.
          1  name   string required | Its name, with dots: net.core.somaxconn.
          2  value  string required | Its value.
        WindowsSecurityContextOptions | Settings for containers on Windows, of which there are none here.
          1  gmsaCredentialSpecName  *string | The name of a GMSA credential spec.
          2  gmsaCredentialSpec      *string | The GMSA credential spec itself.
          3  runAsUserName           *string | The Windows user of the program.
          4  hostProcess             *bool   | Whether it runs outside of any container.
        """
}
