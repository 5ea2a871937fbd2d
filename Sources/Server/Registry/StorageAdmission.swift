import Kube
import Store

/// What upstream's admission plugins say of claims. Only claims go through here with anything to do.
enum StorageAdmission {
    /// `DefaultStorageClass`: a claim that names no class gets the default one; one that names the empty class has none.
    static func complete<R: Resource>(_ object: inout R, in store: Store) {
        guard var claim = object as? PersistentVolumeClaim, claim.className == nil else { return }
        guard let standard = StorageClass.defaultClass(of: store.list(StorageClass.self)) else { return }
        claim.spec.storageClassName = standard.name
        if let completed = claim as? R { object = completed }
    }

    /// A directory of the host is as large as its file system: whoever asks for an amount is told so.
    static func warnings<R: Resource>(of object: R, in store: Store) -> [String] {
        guard let claim = object as? PersistentVolumeClaim, let name = claim.className, !name.isEmpty,
            let storageClass = store.get(StorageClass.self, ObjectKey(namespace: nil, name: name)),
            storageClass.provisioner == StorageClass.hostDirectory
        else { return [] }
        return ["\(storageClass.provisioner): the size of a claim is not enforced"]
    }

    /// `PersistentVolumeClaimResize`: a claim may grow when it is bound and its class says so.
    static func refusal<R: Resource>(of object: R, replacing old: R, in store: Store) -> Status? {
        guard let new = object as? PersistentVolumeClaim, let old = old as? PersistentVolumeClaim,
            new.requestedStorage > old.requestedStorage
        else { return nil }
        func refuse(_ why: String) -> Status { .forbidden(R.type, new.name, why) }
        guard old.status?.phase == "Bound" else {
            return refuse("Only bound persistent volume claims can be expanded")
        }
        let storageClass = old.className.flatMap { store.get(StorageClass.self, ObjectKey(namespace: nil, name: $0)) }
        guard storageClass?.allowVolumeExpansion == true else {
            return refuse(
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
                    + "support resize")
        }
        return nil
    }
}
