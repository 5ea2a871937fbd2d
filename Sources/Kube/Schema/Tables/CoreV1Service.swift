extension SchemaTable {
    /// k8s.io/api/core/v1: services
    static let coreV1Service = """
        Service kind | A name under which the ports of some pods can be reached. stint stores it; nothing routes to it.
          1  metadata  meta.ObjectMeta | Name, labels and the rest of what every object carries.
          2  spec      ServiceSpec     | Which pods, which ports, and how they are reached.
          3  status    ServiceStatus   | The addresses a load balancer gave it.
        ServiceList kind | A list of Services.
          1  metadata  meta.ListMeta      | Version of the list and where its next page starts.
          2  items     []Service required | The Services.
        ServiceSpec | Which pods a Service leads to, and how it is reached.
           1  ports  []ServicePort map=port,protocol merge=port | The ports it offers.
           2  selector  map[string] atomic \
              | Labels of the pods it leads to; with none, somebody else says where it leads.
           3  clusterIP  string | Its address; None for one that has a name only. Assigned when not given.
          18  clusterIPs  []string | Its addresses, at most one IPv4 and one IPv6; the first is clusterIP.
           4  type  string enum=ClusterIP,ExternalName,LoadBalancer,NodePort \
              | ClusterIP (the default), NodePort, LoadBalancer, or ExternalName for an alias.
           5  externalIPs  []string | Further addresses of nodes under which it can be reached.
           7  sessionAffinity  string enum=ClientIP,None | ClientIP keeps a client with one pod; None is the default.
           8  loadBalancerIP  string | The address a load balancer should use; no longer recommended.
           9  loadBalancerSourceRanges  []string | The networks a load balancer lets in; all when not given.
          10  externalName  string | The DNS name that an ExternalName stands for.
          11  externalTrafficPolicy  string enum=Cluster,Local \
              | Local keeps traffic from outside on the node it reached; Cluster spreads it.
          12  healthCheckNodePort  int32 | Port where a load balancer asks for health, under the Local policy.
          13  publishNotReadyAddresses  bool | Lead to pods that are not ready, too.
          14  sessionAffinityConfig  *SessionAffinityConfig | Details of the session affinity.
          19  ipFamilies  []string enum=IPv4,IPv6 \
              | The families of its addresses, IPv4 and IPv6; the first is that of clusterIP.
          17  ipFamilyPolicy  *string enum=PreferDualStack,RequireDualStack,SingleStack \
              | Whether it has one family of addresses, two if it can, or two without fail.
          20  allocateLoadBalancerNodePorts  *bool | Whether a load balancer gets ports on nodes; true when not given.
          21  loadBalancerClass  *string | Which load balancer should serve it; the usual one when not given.
          22  internalTrafficPolicy  *string enum=Cluster,Local \
              | Local keeps traffic from inside on its node; Cluster, the default, spreads it.
          23  trafficDistribution  *string | Which pods to prefer, such as PreferSameNode.
        ServicePort | One port a Service offers.
          1  name         string         | Name of the port; needed when there are several.
          2  protocol     string default=TCP enum=SCTP,TCP,UDP | TCP, UDP or SCTP; TCP when not given.
          6  appProtocol  *string        | What is spoken on the port, such as kubernetes.io/h2c.
          3  port         int32 required | Its number at the Service.
          4  targetPort   IntOrString    | Its number or name at the pods; the same number when not given.
          5  nodePort     int32          | Its number at every node, for NodePort and LoadBalancer.
        ServiceStatus | What is known of a Service from outside.
          1  loadBalancer  LoadBalancerStatus                   | The addresses of its load balancer.
          2  conditions    []meta.Condition map=type merge=type | What can be said of its state.
        LoadBalancerStatus | The addresses of a load balancer.
          1  ingress  []LoadBalancerIngress | The points where traffic comes in.
        LoadBalancerIngress | A point where traffic for a Service comes in.
          1  ip        string       | Its address, when it has one.
          2  hostname  string       | Its DNS name, when it has one.
          3  ipMode    *string      | VIP when packets keep that address as their destination, Proxy when they do not.
          4  ports     []PortStatus | The state of its ports.
        PortStatus | The state of one port of a load balancer.
          1  port      int32 required                    | Number of the port.
          2  protocol  string required enum=SCTP,TCP,UDP | TCP, UDP or SCTP.
          3  error     *string                           | Why the port is not served, in a CamelCase word.
        SessionAffinityConfig | How a client is kept with one pod.
          1  clientIP  *ClientIPConfig | Details of the affinity by address.
        ClientIPConfig | How a client is kept with one pod by its address.
          1  timeoutSeconds  *int32 | For how many seconds; 10800 (three hours) when not given.
        """
}
