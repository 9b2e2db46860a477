"""Calls to Lambda and Bedrock."""

from __future__ import annotations

import json
from typing import Any, Final

from tools.shape_replay.stage import Stage, package
from tools.shape_replay.table import replays

_MODEL: Final = "anthropic.claude-3-sonnet-20240229-v1:0"


@replays("lambda", "AddPermission20150331v2")
def add_permission(stage: Stage) -> None:
    function(stage)
    stage.call("lambda").add_permission(
        FunctionName="web", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )


@replays("lambda", "UpdateFunctionConfiguration20150331v2")
def update_function_configuration(stage: Stage) -> None:
    made = function(stage)
    layer = stage.prepare("lambda").publish_layer_version(
        LayerName="extension", Content={"ZipFile": package()}
    )
    stage.call("lambda").update_function_configuration(
        FunctionName=made["FunctionArn"], Layers=[layer["LayerVersionArn"]]
    )


@replays("lambda", "UpdateFunctionCode20150331v2")
def update_function_code(stage: Stage) -> None:
    made = function(stage)
    stage.call("lambda").update_function_code(
        FunctionName=made["FunctionArn"], ZipFile=package("handler = print"), Publish=True
    )


def function(stage: Stage) -> dict[str, Any]:
    """A new function, as CreateFunction describes it."""
    role = stage.role("functions", {"Service": "lambda.amazonaws.com"})
    made: dict[str, Any] = stage.prepare("lambda").create_function(
        FunctionName="web",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package()},
    )
    return made


@replays("bedrock", "GetFoundationModelAvailability")
def get_foundation_model_availability(stage: Stage) -> None:
    stage.call("bedrock").get_foundation_model_availability(modelId=_MODEL)


@replays("bedrock", "ListFoundationModelAgreementOffers")
def list_foundation_model_agreement_offers(stage: Stage) -> None:
    stage.call("bedrock").list_foundation_model_agreement_offers(modelId=_MODEL)


@replays("bedrock", "CreateFoundationModelAgreement")
def create_foundation_model_agreement(stage: Stage) -> None:
    offers = stage.prepare("bedrock").list_foundation_model_agreement_offers(modelId=_MODEL)
    stage.call("bedrock").create_foundation_model_agreement(
        modelId=_MODEL, offerToken=offers["offers"][0]["offerToken"]
    )


@replays("bedrock", "PutUseCaseForModelAccess")
def put_use_case_for_model_access(stage: Stage) -> None:
    stage.call("bedrock").put_use_case_for_model_access(formData=b"{}")


@replays("bedrock", "InvokeModel")
def invoke_model(stage: Stage) -> None:
    asked = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 5, "messages": []}
    stage.call("bedrock-runtime").invoke_model(modelId=_MODEL, body=json.dumps(asked))
