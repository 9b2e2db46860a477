"""Products whose findings a hub takes in.

Sources: "DescribeProducts", "EnableImportFindingsForProduct", "DisableImportFindingsForProduct",
"ListEnabledProductsForImport" (AWS Security Hub API Reference).
"""

from __future__ import annotations

import json
from dataclasses import replace

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub.products import PRODUCTS, Product, subscription_arn
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import account_of, hub_of, invalid, keep, missing, page


@operation
def describe_products(call: Call, backend: Backend) -> Result:
    """Of AWS's own services those that are simulated, and of partners those that labs use."""
    hub_of(call)
    wanted = call.params.get("ProductArn")
    told = [
        _described(call, one)
        for one in PRODUCTS
        if wanted is None or one.arn(call.region) == wanted
    ]
    shown, rest = page(call, told)
    return {"Products": shown, **rest}


@operation
def enable_import_findings_for_product(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceConflictException, InvalidInputException."""
    hub, wanted = hub_of(call), call.params["ProductArn"]
    if wanted not in {one.arn(call.region) for one in PRODUCTS}:
        raise invalid(f"Invalid parameter 'ProductArn': '{wanted}'")
    if wanted in hub.products:
        raise AwsError(
            "ResourceConflictException", "The product is enabled for import already.", 409
        )
    keep(call, replace(hub, products=hub.products | {wanted}))
    return {"ProductSubscriptionArn": _subscription(call, wanted)}


@operation
def disable_import_findings_for_product(call: Call, backend: Backend) -> Result:
    """What was imported stays. Raises AwsError: ResourceNotFoundException."""
    hub, wanted = hub_of(call), call.params["ProductSubscriptionArn"]
    gone = {one for one in hub.products if _subscription(call, one) == wanted}
    if not gone:
        raise missing(f"The product subscription {wanted} was not found.")
    keep(call, replace(hub, products=hub.products - gone))
    return {}


@operation
def list_enabled_products_for_import(call: Call, backend: Backend) -> Result:
    """ARNs of subscriptions."""
    told = sorted(_subscription(call, one) for one in hub_of(call).products)
    shown, rest = page(call, told)
    return {"ProductSubscriptions": shown, **rest}


def _subscription(call: Call, product: str) -> str:
    return subscription_arn(product, call.region, account_of(call).id)


def _described(call: Call, product: Product) -> Result:
    arn = product.arn(call.region)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": account_of(call).id},
        "Action": ["securityhub:BatchImportFindings"],
        "Resource": _subscription(call, arn),
        "Condition": {"StringEquals": {"securityhub:TargetAccount": account_of(call).id}},
    }
    told = {
        "ProductArn": arn,
        "ProductName": product.name,
        "CompanyName": product.company,
        "Description": product.description,
        "Categories": list(product.categories),
        "IntegrationTypes": ["SEND_FINDINGS_TO_SECURITY_HUB"],
    }
    if product.company != "AWS":
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        told["ProductSubscriptionResourcePolicy"] = json.dumps(policy)
    return told
