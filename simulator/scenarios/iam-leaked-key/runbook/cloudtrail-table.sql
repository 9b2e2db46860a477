-- The log files of the trail "audit" as a table. Days are found by themselves: always say which.
CREATE EXTERNAL TABLE cloudtrail_logs (
  eventversion string,
  useridentity struct<
    type: string, principalid: string, arn: string, accountid: string, invokedby: string,
    accesskeyid: string, username: string,
    sessioncontext: struct<
      attributes: struct<mfaauthenticated: string, creationdate: string>,
      sessionissuer: struct<
        type: string, principalid: string, arn: string, accountid: string, username: string>>>,
  eventtime string,
  eventsource string,
  eventname string,
  awsregion string,
  sourceipaddress string,
  useragent string,
  errorcode string,
  errormessage string,
  requestparameters string,
  responseelements string,
  additionaleventdata string,
  requestid string,
  eventid string,
  readonly string,
  resources array<struct<arn: string, accountid: string, type: string>>,
  eventtype string,
  recipientaccountid string,
  eventcategory string
)
PARTITIONED BY (day string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://$audit_bucket/AWSLogs/$account_id/CloudTrail/us-east-1'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy/MM/dd',
  'projection.day.range' = '2026/01/01,NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' =
    's3://$audit_bucket/AWSLogs/$account_id/CloudTrail/us-east-1/$${day}'
)
