-- The flow log of the VPC as a table. Partitions are found by themselves: always say which days.
CREATE EXTERNAL TABLE vpc_flow_logs (
  version int,
  account_id string,
  interface_id string,
  srcaddr string,
  dstaddr string,
  srcport int,
  dstport int,
  protocol bigint,
  packets bigint,
  bytes bigint,
  start bigint,
  `end` bigint,
  action string,
  log_status string,
  vpc_id string,
  subnet_id string,
  instance_id string,
  tcp_flags int,
  type string,
  pkt_srcaddr string,
  pkt_dstaddr string,
  az_id string,
  sublocation_type string,
  sublocation_id string,
  pkt_src_aws_service string,
  pkt_dst_aws_service string,
  flow_direction string,
  traffic_path int
)
PARTITIONED BY (day string)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION 's3://$flow_bucket/AWSLogs/$account_id/vpcflowlogs/us-east-1/'
TBLPROPERTIES (
  "skip.header.line.count" = "1",
  "projection.enabled" = "true",
  "projection.day.type" = "date",
  "projection.day.range" = "2021/01/01,NOW",
  "projection.day.format" = "yyyy/MM/dd",
  "storage.location.template" =
    "s3://$flow_bucket/AWSLogs/$account_id/vpcflowlogs/us-east-1/$${day}"
)
