"""Trains anew every night on YARN: an Airflow DAG, for Airflow 3, and 2.10 or later with the package
apache-airflow-providers-standard.

Each night has its own run directory, so that a retry goes on after the last checkpoint. Which failures
are tried again says the job itself, through once.sh.
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator

try:
    from airflow.sdk import DAG
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
except ImportError:  # before 3.2
    from airflow import DAG
    from airflow.exceptions import AirflowFailException, AirflowSkipException

PROJECT = "/opt/spark-resnet50"

# Of submit/schedule/once.sh, when the same again would end the same.
FINAL = 99


class Training(BashOperator):
    """Is retried after what may pass, such as lost executors or a full queue, not after what stays."""

    def execute(self, context):
        try:
            return super().execute(context)
        except AirflowSkipException as outcome:
            raise AirflowFailException(str(outcome)) from outcome


with DAG(
    dag_id="spark_resnet50",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
) as dag:
    Training(
        task_id="train",
        cwd=PROJECT,
        bash_command=(
            "submit/schedule/once.sh submit/yarn.sh train --executor-cores 8 --conf conf/cifar10-resnet50.conf"
            " --set dataset.path=hdfs:///data/cifar10"
            " --set run-directory=hdfs:///runs/nightly/{{ ds }}"
        ),
        env={"SPARK_HOME": "/opt/spark", "HADOOP_CONF_DIR": "/etc/hadoop/conf"},
        append_env=True,
        skip_on_exit_code=FINAL,
        retries=3,
        retry_delay=timedelta(minutes=2),
    )
