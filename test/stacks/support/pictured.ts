/**
 * An infrastructure in small, as synthesis writes it: one VPC with both kinds of subnets, a balancer before an
 * auto-scaling group, a fleet of Hadoop hosts, an EMR cluster, a database and a bucket.
 */

const group = (name: string) => ({ name, vpc_id: '${aws_vpc.v.id}', tags: { Name: name } })
const id = (address: string) => `\${${address}.id}`
const admits = (to: string, from: object, port: number) => ({
  security_group_id: id(`aws_security_group.${to}`),
  from_port: port,
  to_port: port,
  ip_protocol: 'tcp',
  ...from,
})
const members = (name: string) => ({ referenced_security_group_id: id(`aws_security_group.${name}`) })
const host = (path: string, name: string, type = 'm7i.xlarge') => ({
  '//': { metadata: { path: `t/${path}/host` } },
  instance_type: type,
  subnet_id: id('aws_subnet.inner'),
  iam_instance_profile: '${aws_iam_instance_profile.p.name}',
  vpc_security_group_ids: [id('aws_security_group.fleet')],
  tags: { Name: name },
})

const network = {
  aws_vpc: { v: { cidr_block: '10.20.0.0/16' } },
  aws_internet_gateway: { i: { vpc_id: '${aws_vpc.v.id}' } },
  aws_subnet: {
    outer: { cidr_block: '10.20.0.0/24', availability_zone: 'eu-west-1a' },
    inner: { cidr_block: '10.20.16.0/20', availability_zone: 'eu-west-1a' },
  },
  aws_route_table: { open: {}, closed: {} },
  aws_route: {
    out: { route_table_id: id('aws_route_table.open'), gateway_id: id('aws_internet_gateway.i') },
    lms: {
      route_table_id: id('aws_route_table.closed'),
      vpc_peering_connection_id: id('aws_vpc_peering_connection.lms'),
      destination_cidr_block: '10.40.0.0/16',
    },
  },
  aws_route_table_association: {
    a: { subnet_id: id('aws_subnet.outer'), route_table_id: id('aws_route_table.open') },
    b: { subnet_id: id('aws_subnet.inner'), route_table_id: id('aws_route_table.closed') },
  },
  aws_nat_gateway: { n: { subnet_id: id('aws_subnet.outer') } },
  aws_security_group: {
    balancer: group('balancer'),
    app: group('app'),
    fleet: group('fleet'),
    emr_master: group('emr-master'),
    emr_core: group('emr-core'),
    store: group('store'),
  },
  aws_vpc_security_group_ingress_rule: {
    world: admits('balancer', { cidr_ipv4: '0.0.0.0/0' }, 443),
    inside: admits('balancer', { cidr_ipv4: '10.20.0.0/16' }, 80),
    app: admits('app', members('balancer'), 8100),
    ssh: admits('fleet', { cidr_ipv4: '203.0.113.7/32' }, 22),
    own: admits('fleet', members('fleet'), 8020),
    store_app: admits('store', members('app'), 3306),
    store_fleet: admits('store', members('fleet'), 3306),
    store_master: admits('store', members('emr_master'), 3306),
    store_core: admits('store', members('emr_core'), 3306),
    core: admits('emr_core', members('emr_master'), 8020),
  },
  aws_vpc_security_group_egress_rule: {
    lms: admits('fleet', { cidr_ipv4: '10.40.0.0/16' }, 3306),
    web: admits('fleet', { cidr_ipv4: '0.0.0.0/0' }, 443),
  },
}

const servers = {
  aws_launch_template: {
    l: { instance_type: 'm7i.large', vpc_security_group_ids: [id('aws_security_group.app')] },
  },
  aws_autoscaling_group: {
    g: {
      '//': { metadata: { path: 't/api/fleet/group' } },
      min_size: 2,
      max_size: 4,
      vpc_zone_identifier: [id('aws_subnet.inner')],
      launch_template: { id: id('aws_launch_template.l') },
    },
  },
  aws_lb: {
    b: {
      '//': { metadata: { path: 't/api/balancer/lb' } },
      internal: false,
      subnets: [id('aws_subnet.outer')],
      security_groups: [id('aws_security_group.balancer')],
    },
  },
  aws_lb_listener: { h: { load_balancer_arn: '${aws_lb.b.arn}', protocol: 'HTTPS' } },
  aws_db_subnet_group: { d: { subnet_ids: [id('aws_subnet.inner')] } },
  aws_db_instance: {
    d: {
      engine: 'mysql',
      engine_version: '8.4',
      multi_az: true,
      db_subnet_group_name: '${aws_db_subnet_group.d.name}',
      vpc_security_group_ids: [id('aws_security_group.store')],
    },
  },
}

const clusters = {
  aws_instance: {
    m: host('hadoop/head', 't-head', 'm7i.2xlarge'),
    w1: host('hadoop/worker-1', 't-worker-1'),
    w2: host('hadoop/worker-2', 't-worker-2'),
  },
  aws_emr_cluster: {
    e: {
      ec2_attributes: {
        subnet_id: id('aws_subnet.outer'),
        emr_managed_master_security_group: id('aws_security_group.emr_master'),
        emr_managed_slave_security_group: id('aws_security_group.emr_core'),
      },
      master_instance_group: { instance_type: 'm5.xlarge' },
      core_instance_group: { instance_type: 'm5.xlarge', instance_count: 2 },
    },
  },
  aws_emr_instance_group: {
    t: {
      cluster_id: id('aws_emr_cluster.e'),
      instance_type: 'm5.xlarge',
      instance_count: 4,
      bid_price: '0.09',
    },
  },
  aws_iam_instance_profile: { p: { role: '${aws_iam_role.r.name}' } },
  aws_iam_role: { r: { name: 't-fleet' } },
  aws_iam_role_policy: {
    p: { role: id('aws_iam_role.r'), policy: '{"Resource":"${aws_s3_bucket.config.arn}/*"}' },
  },
  aws_s3_bucket: { config: { '//': { metadata: { path: 't/configuration/bucket' } } } },
  aws_kms_key: { k: {} },
}

export const PICTURED = JSON.stringify({
  provider: { aws: [{ region: 'eu-west-1' }] },
  resource: { ...network, ...servers, ...clusters },
})
