#!/usr/bin/python
# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tables
short_description: Create, change and delete any number of DynamoDB tables in one task
version_added: 0.1.0
description:
  - Creates, changes and deletes DynamoDB tables until they are what a list of definitions says. What is as declared is
    left alone. Tables are worked on side by side, each in the order that AWS demands.
  - What an entry leaves out (or gives as V(null) or V("")) has its default, and is managed as well; see each field.
  - A change that costs data or availability needs the user's word in the entry's O(tables[].allow). Without it that
    change is left undone, everything else is done, and the task fails at its end and names the words.
  - A change that would need a new table (key, type of a key attribute, local index) is refused before the first write.
  - Tables that carry the estate's tags and are not in the list are reported in RV(undeclared), and never touched.
author:
  - Traffic Tacos (@traffic-tacos)
options:
  tables:
    description:
      - The tables. All problems of all entries are reported at once, each with its path, before any call.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The logical name. The table's name in AWS is the estate's name, a hyphen and this.
        type: str
        required: true
      table_name:
        description: The name in AWS of a table that does not follow that pattern.
        type: str
      state:
        description:
          - V(absent) deletes the table, given V(delete_table) in O(tables[].allow), and
            V(disable_deletion_protection) if it is protected.
          - A table whose entry is removed from the list stays.
        type: str
        choices: [present, absent]
        default: present
      hash_key:
        description: The partition key's attribute. Needed unless O(tables[].state=absent). Cannot change.
        type: str
      range_key:
        description: The sort key's attribute. Cannot change.
        type: str
      attributes:
        description:
          - Types of the key attributes that are not strings.
          - An attribute that is no key of the table or of an index is refused.
        type: list
        elements: dict
        suboptions:
          name:
            description: The attribute.
            type: str
            required: true
          type:
            description: V(S) for strings, V(N) for numbers, V(B) for binary.
            type: str
            choices: [S, N, B]
            default: S
      billing_mode:
        description: Default V(PAY_PER_REQUEST). Capacities have no effect there, so that switching is one word.
        type: str
        choices: [PAY_PER_REQUEST, PROVISIONED]
      read_capacity:
        description: Read units of a provisioned table, 5 by default.
        type: int
      write_capacity:
        description: Write units of a provisioned table, 5 by default.
        type: int
      global_secondary_indexes:
        description:
          - The global indexes, none by default. They are deleted, changed and created one after another.
          - Another key or projection deletes an index and makes it again (V(replace_index) in O(tables[].allow)).
        type: list
        elements: dict
        suboptions:
          name:
            description: The index's name.
            type: str
            required: true
          hash_key:
            description:
              - The partition key's attribute.
              - Either this or O(tables[].global_secondary_indexes[].key_schema).
            type: str
          key_schema:
            description: Several key attributes, up to 4 of each type, all V(HASH) before the V(RANGE) ones.
            type: list
            elements: dict
            suboptions:
              attribute_name:
                description: The attribute.
                type: str
                required: true
              key_type:
                description: Whether it is part of the partition key or of the sort key.
                type: str
                required: true
                choices: [HASH, RANGE]
          range_key:
            description: The sort key's attribute.
            type: str
          projection_type:
            description: Default V(ALL).
            type: str
            choices: [ALL, KEYS_ONLY, INCLUDE]
          non_key_attributes:
            description: What V(INCLUDE) projects besides the keys.
            type: list
            elements: str
          read_capacity:
            description: Read units on a provisioned table, 5 by default.
            type: int
          write_capacity:
            description: Write units on a provisioned table, 5 by default.
            type: int
          on_demand_throughput:
            description:
              - The most request units a second; V(-1) is no limit.
              - What is left out is not managed.
              - Refused when provisioned.
            type: dict
            suboptions:
              max_read_request_units:
                description: For reads.
                type: int
              max_write_request_units:
                description: For writes.
                type: int
          warm_throughput:
            description:
              - Units a second that are ready at any moment. AWS only ever raises them, so less than what is there is
                satisfied.
              - What is left out is not managed.
            type: dict
            suboptions:
              read_units_per_second:
                description: For reads.
                type: int
              write_units_per_second:
                description: For writes.
                type: int
          contributor_insights:
            description:
              - CloudWatch contributor insights, which name the keys that are used most.
              - Not managed when left out.
            type: dict
            suboptions:
              enabled:
                description: Whether they are on.
                type: bool
                default: true
              mode:
                description: Default V(ACCESSED_AND_THROTTLED_KEYS).
                type: str
                choices: [ACCESSED_AND_THROTTLED_KEYS, THROTTLED_KEYS]
          autoscaling:
            description:
              - Auto scaling of provisioned capacity. A dimension that is left out is not managed.
              - Where a scalable target exists, declared or found, it owns that capacity, and the number in the entry
                only holds when the capacity is created, within the target's range.
            type: dict
            suboptions:
              read:
                description: Read capacity.
                type: dict
                suboptions:
                  enabled:
                    description: V(false) removes the scalable target with its policies and scheduled actions.
                    type: bool
                    default: true
                  min_capacity:
                    description:
                      - The least units.
                      - Needed unless O(tables[].global_secondary_indexes[].autoscaling.read.enabled=false).
                    type: int
                  max_capacity:
                    description:
                      - The most units.
                      - Needed unless O(tables[].global_secondary_indexes[].autoscaling.read.enabled=false).
                    type: int
                  target_value:
                    description:
                      - The utilization in percent, 10 to 90, that a target tracking policy aims at; without it there
                        is none.
                    type: float
                  scale_in_cooldown:
                    description: Seconds between two decreases.
                    type: int
                  scale_out_cooldown:
                    description: Seconds between two increases.
                    type: int
                  scheduled_actions:
                    description: All scheduled actions of the target; others are removed.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description: The action's name.
                        type: str
                        required: true
                      schedule:
                        description: C(at(...\)), C(rate(...\)) or C(cron(...\)).
                        type: str
                        required: true
                      timezone:
                        description: For example V(Asia/Seoul); UTC without it.
                        type: str
                      min_capacity:
                        description: The least units from then on.
                        type: int
                      max_capacity:
                        description: The most units from then on.
                        type: int
              write:
                description: Write capacity.
                type: dict
                suboptions:
                  enabled:
                    description: V(false) removes the scalable target with its policies and scheduled actions.
                    type: bool
                    default: true
                  min_capacity:
                    description:
                      - The least units.
                      - Needed unless O(tables[].global_secondary_indexes[].autoscaling.write.enabled=false).
                    type: int
                  max_capacity:
                    description:
                      - The most units.
                      - Needed unless O(tables[].global_secondary_indexes[].autoscaling.write.enabled=false).
                    type: int
                  target_value:
                    description:
                      - The utilization in percent, 10 to 90, that a target tracking policy aims at; without it there
                        is none.
                    type: float
                  scale_in_cooldown:
                    description: Seconds between two decreases.
                    type: int
                  scale_out_cooldown:
                    description: Seconds between two increases.
                    type: int
                  scheduled_actions:
                    description: All scheduled actions of the target; others are removed.
                    type: list
                    elements: dict
                    suboptions:
                      name:
                        description: The action's name.
                        type: str
                        required: true
                      schedule:
                        description: C(at(...\)), C(rate(...\)) or C(cron(...\)).
                        type: str
                        required: true
                      timezone:
                        description: For example V(Asia/Seoul); UTC without it.
                        type: str
                      min_capacity:
                        description: The least units from then on.
                        type: int
                      max_capacity:
                        description: The most units from then on.
                        type: int
      local_secondary_indexes:
        description: The local indexes, none by default. They cannot change.
        type: list
        elements: dict
        suboptions:
          name:
            description: The index's name.
            type: str
            required: true
          range_key:
            description: The sort key's attribute.
            type: str
            required: true
          projection_type:
            description: Default V(ALL).
            type: str
            choices: [ALL, KEYS_ONLY, INCLUDE]
          non_key_attributes:
            description: What V(INCLUDE) projects besides the keys.
            type: list
            elements: str
      vector_indexes:
        description:
          - Indexes for the search of similar vectors. Not managed when left out; an empty list is none.
          - Only on an on-demand table, up to 5. They are deleted and created one after another, with the global ones.
          - Nothing of one changes in place, so any difference deletes it and makes it again (V(replace_index) in
            O(tables[].allow)), and searches fail until it is filled.
        type: list
        elements: dict
        suboptions:
          name:
            description: The index's name, which no other index of the table has.
            type: str
            required: true
          vector_attribute:
            description: The attribute with the vectors, which are lists of numbers. It is no key and no filter.
            type: str
            required: true
          dimensions:
            description: How many numbers a vector has, 1 to 4096. All indexes of one attribute have the same.
            type: int
            required: true
          distance_function:
            description: How the distance of two vectors is measured.
            type: str
            required: true
            choices: [COSINE, DOT_PRODUCT, EUCLIDEAN]
          search_schema:
            description:
              - The attributes by which a search is narrowed.
              - Each is a key of the table or of an index, or declared in O(tables[].attributes), since AWS refuses
                items in which it has another type.
            type: list
            elements: dict
            suboptions:
              attribute_name:
                description: The attribute.
                type: str
                required: true
              search_schema_element_type:
                description:
                  - V(HASH) is the index's partition key, at most one, which every search must name. Items without it
                    are not in the index.
                  - V(INLINE_FILTER) may be named by a search; up to 18.
                type: str
                required: true
                choices: [HASH, INLINE_FILTER]
          projection_type:
            description: Default V(ALL).
            type: str
            choices: [ALL, KEYS_ONLY, INCLUDE]
          non_key_attributes:
            description: What V(INCLUDE) projects besides the keys.
            type: list
            elements: str
      stream_enabled:
        description: Off by default.
        type: bool
      stream_view_type:
        description: Default V(NEW_AND_OLD_IMAGES). Without effect while the stream is off.
        type: str
        choices: [NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE, KEYS_ONLY]
      ttl_enabled:
        description: Time to live, off by default.
        type: bool
      ttl_attribute:
        description: The attribute with the time at which an item expires. Without effect while time to live is off.
        type: str
      point_in_time_recovery:
        description: Continuous backups of this table.
        type: dict
        suboptions:
          enabled:
            description: Default is O(enable_point_in_time_recovery).
            type: bool
          recovery_period_in_days:
            description: 1 to 35. Not managed when left out.
            type: int
      server_side_encryption:
        description: Encryption of this table with a key in the account.
        type: dict
        suboptions:
          enabled:
            description: Default is O(server_side_encryption). V(false) is the key that AWS owns.
            type: bool
          kms_key_arn:
            description:
              - The ARN, id or alias of a customer managed key.
              - Default is O(kms_key_id), then the AWS managed key.
            type: str
      deletion_protection_enabled:
        description: Default is O(enable_deletion_protection).
        type: bool
      on_demand_throughput:
        description:
          - The most request units a second; V(-1) is no limit.
          - What is left out is not managed.
          - Refused when provisioned.
        type: dict
        suboptions:
          max_read_request_units:
            description: For reads.
            type: int
          max_write_request_units:
            description: For writes.
            type: int
      warm_throughput:
        description:
          - Units a second that are ready at any moment. AWS only ever raises them, so less than what is there is
            satisfied.
          - What is left out is not managed.
        type: dict
        suboptions:
          read_units_per_second:
            description: For reads.
            type: int
          write_units_per_second:
            description: For writes.
            type: int
      contributor_insights:
        description: CloudWatch contributor insights, which name the keys that are used most. Not managed when left out.
        type: dict
        suboptions:
          enabled:
            description: Whether they are on.
            type: bool
            default: true
          mode:
            description: Default V(ACCESSED_AND_THROTTLED_KEYS).
            type: str
            choices: [ACCESSED_AND_THROTTLED_KEYS, THROTTLED_KEYS]
      autoscaling:
        description:
          - Auto scaling of provisioned capacity. A dimension that is left out is not managed.
          - Where a scalable target exists, declared or found, it owns that capacity, and the number in the entry only
            holds when the capacity is created, within the target's range.
        type: dict
        suboptions:
          read:
            description: Read capacity.
            type: dict
            suboptions:
              enabled:
                description: V(false) removes the scalable target with its policies and scheduled actions.
                type: bool
                default: true
              min_capacity:
                description: The least units. Needed unless O(tables[].autoscaling.read.enabled=false).
                type: int
              max_capacity:
                description: The most units. Needed unless O(tables[].autoscaling.read.enabled=false).
                type: int
              target_value:
                description:
                  - The utilization in percent, 10 to 90, that a target tracking policy aims at; without it there is
                    none.
                type: float
              scale_in_cooldown:
                description: Seconds between two decreases.
                type: int
              scale_out_cooldown:
                description: Seconds between two increases.
                type: int
              scheduled_actions:
                description: All scheduled actions of the target; others are removed.
                type: list
                elements: dict
                suboptions:
                  name:
                    description: The action's name.
                    type: str
                    required: true
                  schedule:
                    description: C(at(...\)), C(rate(...\)) or C(cron(...\)).
                    type: str
                    required: true
                  timezone:
                    description: For example V(Asia/Seoul); UTC without it.
                    type: str
                  min_capacity:
                    description: The least units from then on.
                    type: int
                  max_capacity:
                    description: The most units from then on.
                    type: int
          write:
            description: Write capacity.
            type: dict
            suboptions:
              enabled:
                description: V(false) removes the scalable target with its policies and scheduled actions.
                type: bool
                default: true
              min_capacity:
                description: The least units. Needed unless O(tables[].autoscaling.write.enabled=false).
                type: int
              max_capacity:
                description: The most units. Needed unless O(tables[].autoscaling.write.enabled=false).
                type: int
              target_value:
                description:
                  - The utilization in percent, 10 to 90, that a target tracking policy aims at; without it there is
                    none.
                type: float
              scale_in_cooldown:
                description: Seconds between two decreases.
                type: int
              scale_out_cooldown:
                description: Seconds between two increases.
                type: int
              scheduled_actions:
                description: All scheduled actions of the target; others are removed.
                type: list
                elements: dict
                suboptions:
                  name:
                    description: The action's name.
                    type: str
                    required: true
                  schedule:
                    description: C(at(...\)), C(rate(...\)) or C(cron(...\)).
                    type: str
                    required: true
                  timezone:
                    description: For example V(Asia/Seoul); UTC without it.
                    type: str
                  min_capacity:
                    description: The least units from then on.
                    type: int
                  max_capacity:
                    description: The most units from then on.
                    type: int
      table_class:
        description: Not managed when left out. AWS accepts two changes in 30 days.
        type: str
        choices: [STANDARD, STANDARD_INFREQUENT_ACCESS]
      resource_policy:
        description: The table's resource policy, with C(Version). Not managed when left out; V({}) is none.
        type: json
      stream_resource_policy:
        description:
          - The resource policy of the table's own stream, with C(Version). Needs O(tables[].stream_enabled=true).
          - Not managed when left out; V({}) is none.
          - AWS takes C(dynamodb:DescribeStream), C(dynamodb:GetRecords) and C(dynamodb:GetShardIterator) in it.
          - As every new stream has another ARN, C(Resource) better ends in C(/stream/*). In a plan the ARN of the
            request ends in C(stream/latest), which stands for the stream that is on by then.
          - A stream that is turned on, or gets another view type, gets the policy at once.
        type: json
      kinesis_streaming_destination:
        description:
          - The Kinesis data stream to which the changes of items go. AWS keeps one for each table.
          - Not managed when left out. A stream that gets the changes already is adopted as it is.
        type: dict
        suboptions:
          stream_arn:
            description:
              - The ARN of a stream in the table's own region and account, which must be there and ACTIVE.
              - Needed unless O(tables[].kinesis_streaming_destination.enabled=false).
              - Another one than now needs V(change_kinesis_destination) in O(tables[].allow), since changes between the
                end of the one and the beginning of the other go to none.
            type: str
          approximate_creation_date_time_precision:
            description:
              - How exact the time of a record is. Not managed when left out; a new destination then has V(MILLISECOND).
              - A change takes AWS some two minutes.
            type: str
            choices: [MILLISECOND, MICROSECOND]
          enabled:
            description:
              - V(false) lets no stream get the changes, whichever it is.
              - Needs V(change_kinesis_destination) in O(tables[].allow) where one does.
            type: bool
            default: true
      import_table:
        description:
          - Files in S3 from which the table is made where it is not there, before the rest of the entry is applied. AWS
            imports only into a new table, without local indexes. On a table that is there it has no effect.
          - An import that fails, or that leaves out lines that are no items, fails the task with AWS's code, the number
            of errors and the log group. What it has imported is kept only with V(keep_failed_import) in
            O(tables[].allow). Without a table, the next run imports again.
          - At most one of this, O(tables[].restore_backup_arn), O(tables[].restore_source_name) and
            O(tables[].restore_source_table_arn).
        type: dict
        suboptions:
          input_format:
            description: What the files hold.
            type: str
            choices: [CSV, DYNAMODB_JSON, ION]
            required: true
          input_compression_type:
            description: How the files are compressed; not at all without it.
            type: str
            choices: [GZIP, NONE, ZSTD]
          s3_bucket_source:
            description: Where the files are.
            type: dict
            required: true
            suboptions:
              bucket:
                description: The bucket.
                type: str
                required: true
              bucket_owner:
                description: The account that the bucket belongs to, where it is another one.
                type: str
              key_prefix:
                description: How the keys of all files begin.
                type: str
          input_format_options:
            description: More about the files.
            type: dict
            suboptions:
              csv:
                description: Only with O(tables[].import_table.input_format=CSV).
                type: dict
                suboptions:
                  delimiter:
                    description: One of C(,) C(;) C(:) C(|), a tab and a space; a comma without it.
                    type: str
                  header_list:
                    description:
                      - The columns of all files, among them the table's key. The first line of a file is then data;
                        without it, it names the columns.
                    type: list
                    elements: str
      restore_backup_arn:
        description:
          - A backup, of any region of the account, from which the table is restored where it is not there, before the
            rest of the entry is applied. On a table that is there it has no effect.
          - Billing, encryption and indexes are at once those of the entry; indexes that the backup has not are created
            afterwards. Another key or local index is refused before the first write.
          - AWS takes minutes to hours. O(wait_timeout) limits how long the task waits; the next run goes on.
        type: str
      restore_source_name:
        description:
          - The name in AWS of a table of this region, from whose past the table is restored, likewise.
          - Needs O(tables[].restore_date_time) or O(tables[].restore_to_latest_time).
        type: str
      restore_source_table_arn:
        description: The same by the ARN of a table, which may be in another region of the account.
        type: str
      restore_date_time:
        description: The point in time to restore, with its zone, for example V(2026-11-02T08:00:00Z).
        type: str
      restore_to_latest_time:
        description: Restore the latest possible time, some minutes ago.
        type: bool
      replicas:
        description:
          - The other regions of a global table (version 2019.11.21). Not managed when left out; V([]) is none.
          - They are added and removed one after another, newest first, each once the one before is done.
            V(delete_replica) in O(tables[].allow) lets those go that are not listed, with their copies of all items.
          - AWS turns the stream on for them and keeps it as it is, so that it is not compared where the entry leaves it
            out. What belongs to the whole table (indexes, time to live, billing, class) is changed once, in its own
            region; what belongs to one region is changed there.
          - With O(tables[].billing_mode=PROVISIONED) the write capacity of the table and of every global index must
            scale, with a target value.
          - V(absent) in O(tables[].state) removes the replicas first, which needs their word as well.
          - Scalable targets in other regions are not managed; AWS leaves them behind where a replica goes.
        type: list
        elements: dict
        suboptions:
          region_name:
            description: The region.
            type: str
            required: true
          state:
            description:
              - V(disassociated) makes the replica a table of its own, which keeps all its items, with
                V(disassociate_replica) in O(tables[].allow). It is not for strong consistency.
            type: str
            choices: [present, disassociated]
            default: present
          consistency_mode:
            description:
              - V(STRONG) makes all regions strongly consistent with one another. There must be exactly two replicas, or
                one and O(tables[].global_table_witness), all three in regions that AWS allows together, on an empty
                table without time to live and local indexes. They are made in one call, cannot change, and are removed
                in one call.
              - All replicas have the same mode.
            type: str
            choices: [EVENTUAL, STRONG]
            default: EVENTUAL
          kms_key_arn:
            description:
              - The ARN of a customer managed key of that region. Needed where the table has a customer managed key, and
                refused where it has none.
            type: str
          point_in_time_recovery:
            description: Continuous backups of this replica. Not managed when left out.
            type: bool
          deletion_protection_enabled:
            description: Deletion protection of this replica. Not managed when left out.
            type: bool
          disassociation_protection_enabled:
            description: Whether this replica cannot be made a table of its own. Not managed when left out.
            type: bool
          table_class:
            description: The class of this replica where it is not the table's. Not managed when left out.
            type: str
            choices: [STANDARD, STANDARD_INFREQUENT_ACCESS]
          read_capacity:
            description: Read units of this replica of a provisioned table. Not managed when left out.
            type: int
          on_demand_throughput:
            description: The limit of this replica of a table on demand. Not managed when left out.
            type: dict
            suboptions:
              max_read_request_units:
                description: The most read request units a second.
                type: int
          resource_policy:
            description: The resource policy of this replica, with C(Version). Not managed when left out; V({}) is none.
            type: json
          propagate_tags:
            description:
              - Whether the replica gets the tags of the table, those that say whose it is among them. Tags are not
                managed where neither this nor O(tables[].replicas[].tags) is given.
            type: bool
          tags:
            description: Tags of this replica.
            type: dict
      global_table_witness:
        description: A third region that only takes part in decisions, beside one replica with strong consistency.
        type: dict
        suboptions:
          region_name:
            description: The region.
            type: str
            required: true
      global_table_settings_replication_mode:
        description:
          - Whether a table of one region hands its settings on, so that it can become the source of a global table of
            several accounts. Not managed when left out.
        type: str
        choices: [ENABLED, DISABLED]
      disassociation_protection_enabled:
        description:
          - Whether the table in its own region cannot be disassociated from its replicas, as AWS has it by default. Not
            managed when left out.
        type: bool
      table_id:
        description: The id of the table that the entry was written for; another one there is reported in RV(recreated).
        type: str
      replace_table_id:
        description:
          - The word that the table with this very id may be replaced by a new, empty one, after a backup, where the
            entry needs another key, type of a key or local index.
        type: str
      tags:
        description: Tags of this table, besides C(Name), O(tags) and those that say whose it is.
        type: dict
      purge_tags:
        description: Whether other tags on the table are removed. By default they are left alone.
        type: bool
      allow:
        description:
          - The risks that may be taken with this very table.
          - V(change_kinesis_destination) turns a Kinesis destination off, or lets it give way to another one.
          - V(change_stream) turns a stream off or changes its view type, so that consumers lose its ARN.
          - V(delete_index) deletes an index of either kind; V(replace_index) deletes it and makes it again.
          - V(delete_replica) removes replicas with their copies of all items.
          - V(delete_table) deletes the table.
          - V(disable_deletion_protection) turns deletion protection off.
          - V(disable_disassociation_protection) lets a replica be disassociated, or the table itself.
          - V(disable_point_in_time_recovery) turns recovery off or shortens its period.
          - V(disassociate_replica) makes a replica a table of its own.
          - V(enable_ttl) turns time to live on, or to another attribute.
          - V(keep_failed_import) keeps the table that an import has left which failed.
        type: list
        elements: str
        choices:
          - change_kinesis_destination
          - change_stream
          - delete_index
          - delete_replica
          - delete_table
          - disable_deletion_protection
          - disable_disassociation_protection
          - disable_point_in_time_recovery
          - disassociate_replica
          - enable_ttl
          - keep_failed_import
          - replace_index
  enable_point_in_time_recovery:
    description: Point-in-time recovery of every table that does not say otherwise.
    type: bool
    default: true
  enable_deletion_protection:
    description: Deletion protection of every table that does not say otherwise.
    type: bool
    default: false
  server_side_encryption:
    description: Encryption with a key in the account, of every table that does not say otherwise.
    type: bool
    default: true
  kms_key_id:
    description: The ARN, id or alias of a customer managed key. Without it the AWS managed key is used.
    type: str
  tags:
    description: Tags of every table.
    type: dict
  on_deferred:
    description: What to do about changes that AWS accepts only later, once everything else is done.
    type: str
    choices: [report, fail]
    default: report
  wait:
    description:
      - How far the task waits for AWS, which fills an index for hours or days where a table is large.
      - V(active) waits until everything is in effect.
      - V(admitted) waits only where the next call of the same table needs it, and not for the table's last one.
      - V(none) waits for nothing. What needs the end of something else is reported in RV(deferred), for a later run.
    type: str
    choices: [none, admitted, active]
    default: active
  wait_timeout:
    description:
      - Seconds after which the whole task stops waiting.
      - What is under way then goes on, and the next run picks it up.
    type: int
    default: 3600
  progress:
    description:
      - Whether a person sees, while the task works, which table is in which step, for how long, and how far an index is
        filled. The lines go to the standard error of C(ansible-playbook), and are no part of the result.
      - Nothing is shown where nothing changes, in check mode, with C(no_log), and where the connection is not local.
    type: bool
    default: true
requirements:
  - >-
    boto3 and botocore >= 1.40.10 where warm throughput, the period of recovery or the mode of contributor insights
    matters, which older ones do not know; >= 1.43.64 for vector indexes
extends_documentation_fragment:
  - traffic_tacos.dynamodb.estate
  - traffic_tacos.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - What the caller needs to be allowed depends on what the entries use. The playbook
    C(traffic_tacos.dynamodb.permissions) prints the policies for an inventory, which the filter
    P(traffic_tacos.dynamodb.deployer_policies#filter) computes.
  - Where tables are added, their number and the account's quota are read (C(dynamodb:ListTables),
    C(servicequotas:GetServiceQuota)); where capacity is asked for, the account's limits (C(dynamodb:DescribeLimits)).
    Who may not read them gets AWS's defaults in RV(quotas), and no error.
seealso:
  - module: traffic_tacos.dynamodb.tables_info
  - module: traffic_tacos.dynamodb.alarms
  - module: traffic_tacos.dynamodb.backups
  - plugin: traffic_tacos.dynamodb.deployer_policies
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Two tables of the estate "ticket"
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: users
        hash_key: user_id
        global_secondary_indexes:
          - name: email-index
            hash_key: email
      - name: reservation-idempotency
        hash_key: pk
        ttl_enabled: true
        ttl_attribute: ttl

- name: A provisioned table, whose write capacity follows the load
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: reservation-orders
        hash_key: pk
        range_key: sk
        billing_mode: PROVISIONED
        read_capacity: 10
        autoscaling:
          write: {min_capacity: 5, max_capacity: 100, target_value: 70}

- name: Give the index other keys, and take the gap until it is filled again
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: users
        hash_key: user_id
        global_secondary_indexes:
          - name: email-index
            hash_key: email
            range_key: created_at
        allow: [replace_index]

- name: Send the changes of a table to Kinesis, and let a role read its own stream
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: reservation-outbox
        hash_key: pk
        range_key: sk
        kinesis_streaming_destination:
          stream_arn: arn:aws:kinesis:ap-northeast-2:137406935518:stream/ticket-outbox
          approximate_creation_date_time_precision: MICROSECOND
        stream_enabled: true
        stream_resource_policy:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal:
                AWS: arn:aws:iam::137406935518:role/ticket-outbox-relay
              Action:
                - dynamodb:DescribeStream
                - dynamodb:GetRecords
                - dynamodb:GetShardIterator
              Resource: arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-reservation-outbox/stream/*

- name: A table whose items are found by the meaning of their text, within one tenant
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: events
        hash_key: event_id
        attributes:
          - {name: tenant, type: S}
          - {name: language, type: S}
        vector_indexes:
          - name: description-index
            vector_attribute: embedding
            dimensions: 1024
            distance_function: COSINE
            search_schema:
              - {attribute_name: tenant, search_schema_element_type: HASH}
              - {attribute_name: language, search_schema_element_type: INLINE_FILTER}
            projection_type: INCLUDE
            non_key_attributes: [title]

- name: A table from files in S3, with everything else that is declared
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    wait_timeout: 14400
    tables:
      - name: venues
        hash_key: venue_id
        import_table:
          input_format: CSV
          input_compression_type: GZIP
          s3_bucket_source:
            bucket: ticket-seed
            key_prefix: venues/
          input_format_options:
            csv:
              delimiter: ";"
              header_list: [venue_id, city, seats]

- name: A table as another one was before the mistake, encrypted with its own key
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    wait_timeout: 14400
    tables:
      - name: users-before
        hash_key: user_id
        restore_source_name: ticket-users
        restore_date_time: "2026-11-02T08:00:00Z"
        ttl_enabled: true
        ttl_attribute: ttl
        server_side_encryption:
          kms_key_arn: alias/ticket

- name: Replicate a table to another region, with recovery and protection of its own there
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: users
        hash_key: user_id
        replicas:
          - region_name: ap-northeast-1
            point_in_time_recovery: true
            deletion_protection_enabled: true
            propagate_tags: true

- name: Strong consistency with another region, and a third one that only decides with them
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: seats
        hash_key: seat_id
        replicas:
          - region_name: ap-northeast-1
            consistency_mode: STRONG
        global_table_witness:
          region_name: ap-northeast-3

- name: Delete a table
  traffic_tacos.dynamodb.tables:
    name: ticket
    account_id: "137406935518"
    region: ap-northeast-2
    tables:
      - name: users
        state: absent
        allow: [delete_table]
"""

RETURN = r"""
tables:
  description: The tables as they are after the run (in check mode as they would be), in the form of the option.
  returned: when the tables could be read
  type: list
  elements: dict
status:
  description: What AWS says of each table besides its definition, by logical name; V(null) is what only AWS can know.
  returned: when the tables could be read
  type: dict
  contains:
    table_name:
      description: The name in AWS.
      type: str
    arn:
      description: The table's ARN.
      type: str
    table_id:
      description: The id that a table created again under the same name does not share.
      type: str
    region:
      description: The table's region.
      type: str
    table_status:
      description: For example V(ACTIVE).
      type: str
    stream_arn:
      description: The ARN of the stream, if it is on.
      type: str
    indexes:
      description: ARN and status of each global or vector index, by its name.
      type: dict
    replicas:
      description: ARN and state of each replica, by its region; not there without any.
      type: dict
    item_count:
      description: As AWS counts it, every six hours.
      type: int
    size_bytes:
      description: As AWS measures it, every six hours.
      type: int
summary:
  description: How many tables were (in check mode would be) added, changed, removed and kept.
  returned: always
  type: dict
  sample: {add: 7, change: 0, remove: 0, keep: 0}
steps:
  description: The calls that were (in check mode would be) made, risky ones first.
  returned: always
  type: list
  elements: dict
  sample:
    - resource: ticket-users
      action: create_index
      reason: index email-index is missing
      risk: none
      fields: [global_secondary_indexes]
      request: {TableName: ticket-users}
expected_seconds:
  description:
    - How long AWS needs until all steps are in effect, whatever O(wait) says, from what was measured for each action.
    - The least (C(low)) and the most (C(high)), and the table that takes longest (C(slowest)) with the number of its
      steps.
  returned: when something was (in check mode would be) done
  type: dict
  sample: {low: 14, high: 28.2, slowest: ticket-users, steps: 2}
budgets:
  description: Of the changes that AWS accepts only so often, how many were (in check mode would be) used up.
  returned: when there are any
  type: list
  elements: dict
  sample:
    - resource: ticket-users
      spent: 1
      of: 2
      what: class changes
      window: in 30 days
      budget: 2 changes in 30 days
quotas:
  description:
    - How much of the account's quotas is used once everything is done, each with its code in Service Quotas.
    - C(state) is V(fits), V(near) from 80 percent on, V(unsure) where only AWS's default is known and is not enough,
      and V(exceeded), which is a conflict.
    - C(limit_from) says who named the limit; what could not be read is in C(unread).
    - Of single tables and indexes only what is near or beyond.
  returned: when tables are added, or capacity is asked for
  type: list
  elements: dict
  sample:
    - quota: tables
      code: L-F98FE922
      resource: ap-northeast-2
      count: 12
      added: 7
      limit: 2500
      limit_from: Service Quotas
      state: fits
      said: 12 of 2500 tables
times:
  description: When each step that was done was begun, in seconds after the first one, and how many seconds it took.
  returned: when something was done
  type: list
  elements: dict
withheld:
  description: The risky steps that lack the user's word, and what depends on them, in the form of RV(steps).
  returned: always
  type: list
  elements: dict
deferred:
  description: What AWS accepts only later, with C(until) where AWS says when; a later run does it.
  returned: always
  type: list
  elements: dict
replanned:
  description: >-
    Tables that somebody else was changing, each with what was met; the task waited, read them and planned them again.
  returned: when there are any
  type: list
  elements: dict
  sample: [{resource: ticket-users, reason: "the table is UPDATING: read and planned again"}]
recreated:
  description: Tables that are not those that their entries were written for (O(tables[].table_id)), with both ids.
  returned: when the tables could be read
  type: list
  elements: dict
conflicts:
  description: What would need a new table or is more than a quota allows, with the fields. Nothing is changed then.
  returned: always
  type: list
  elements: dict
failures:
  description: The calls that AWS refused, with resource, action, code, message and hint.
  returned: always
  type: list
  elements: dict
undeclared:
  description: Names of tables that carry the estate's tags and are not in the list.
  returned: when the tables could be read
  type: list
  elements: str
refused:
  description: Whether the input, the account or the region was refused before anything else.
  returned: when it is true
  type: bool
problems:
  description: Why, one line for each problem.
  returned: when RV(refused) is true
  type: list
  elements: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils._engine.client import Aws
from ..module_utils._engine.errors import AwsError
from ..module_utils._engine.main import begin, carry_out, finish, reporting, warn
from ..module_utils._engine.report import Report
from ..module_utils._quotas.gateway import QuotasGateway
from ..module_utils._tables.again import planner
from ..module_utils._tables.argspec import tables_options
from ..module_utils._tables.extras import wanted_extras
from ..module_utils._tables.foresight import foresight
from ..module_utils._tables.gateway import TablesGateway
from ..module_utils._tables.plan import plan
from ..module_utils._tables.quotas import asked, uses, with_conflicts
from ..module_utils._tables.results import (
    described,
    differences,
    notes,
    projected,
    recreated,
    replanned,
    with_statuses,
)
from ..module_utils._tables.sources import unused
from ..module_utils._tables.spec import keys_named, parse, with_keys
from ..module_utils._tables.tags import known_tags
from ..module_utils._tables.vector_rules import check_sdk


def reconcile(module):
    """Reads, plans, and applies the plan or predicts what it would do."""
    estate, account_id, region = (module.params[option] for option in ("name", "account_id", "region"))
    desired = parse(module.params)
    check_sdk(desired, module.botocore_at_least)
    aws = Aws(module)
    aws.verify(account_id, region)
    gateway = TablesGateway(aws, estate)
    desired = with_keys(desired, gateway.resolve_keys(keys_named(desired)))
    extras = {table.table_name: wanted_extras(table) for table in desired}
    run = begin(module, module.params["wait_timeout"])
    index = owned_tags(module, gateway)
    observed, failures = gateway.read_when_made(extras, run, known_tags(desired, index))
    desired, more = gateway.with_sources(desired, observed)
    failures += more
    unread = {failure.resource for failure in failures}
    plans = plan(estate, [table for table in desired if table.table_name not in unread], observed)
    plans, used = within_quotas(module, aws, plans, observed)
    ahead = foresight(plans, observed, run.wait)
    outcomes = carry_out(plans, gateway, run, planner(estate, desired, gateway, run))
    read_again, more = gateway.read({name: extras[name] for name in run.overtaken(outcomes)})
    statuses, yet_more = gateway.statuses(run.changed(outcomes))
    failures += more + yet_more
    after = projected(estate, region, account_id, observed, outcomes, read_again)
    for note in [*notes(desired, observed), *unused(estate, desired, observed)]:
        warn(module, note)
    names = {table.table_name: table.name for table in desired}
    finish(
        module,
        Report("table", outcomes, failures, fail_on_deferred=module.params["on_deferred"] == "fail"),
        diff=differences(estate, desired, observed, after),
        undeclared=[name for name in index if name not in names],
        recreated=recreated(desired, observed),
        **replanned(outcomes),
        **used,
        **ahead,
        **described(estate, region, with_statuses(after, statuses), names),
    )


def owned_tags(module, gateway):
    """The estate's tables and their tags as the index has them; a warning where the caller may not look for them."""
    try:
        return gateway.owned_tags()
    except AwsError as error:
        warn(module, f"Undeclared tables were not looked for: {error.advice}")
        return {}


def within_quotas(module, aws, plans, observed):
    """The plans, with conflicts where AWS would certainly refuse them, and how much of each quota they use."""
    wanted = asked(plans)
    if not wanted:
        return plans, {}
    place = tuple(module.params[option] for option in ("name", "account_id", "region"))
    found = uses(place, plans, observed, QuotasGateway(aws).read(wanted))
    for use in found:
        if use.state == "unsure":
            warn(module, f"{use.resource}: {use.problem}")
    return with_conflicts(plans, found), {"quotas": [use.as_dict() for use in found]}


def main():
    module = AnsibleAWSModule(argument_spec=tables_options(), supports_check_mode=True)
    with reporting(module):
        reconcile(module)


if __name__ == "__main__":
    main()
