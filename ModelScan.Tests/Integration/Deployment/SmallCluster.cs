using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// As much of Kubernetes' API as <c>kubectl</c> needs for the commands of the documentation: discovery, objects that are created, merged, listed
/// and watched, a pod and its log for each Deployment, which is ready at once. What is created has to fit the API's types strictly.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/.</remarks>
internal sealed class SmallCluster : IAsyncDisposable
{
    private static readonly (string Version, string Plural, string Kind, bool IsNamespaced)[] Kinds =
    [
        ("v1", "namespaces", "Namespace", false), ("v1", "nodes", "Node", false), ("v1", "pods", "Pod", true), ("v1", "services", "Service", true),
        ("v1", "configmaps", "ConfigMap", true), ("v1", "secrets", "Secret", true), ("v1", "serviceaccounts", "ServiceAccount", true),
        ("apps/v1", "deployments", "Deployment", true), ("apps/v1", "replicasets", "ReplicaSet", true), ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", true),
        ("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true), ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", true),
    ];

    private readonly ConcurrentDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly TemporaryFolder _home = new();
    private readonly WebApplication _app;

    private SmallCluster(WebApplication app)
    {
        _app = app;
        _objects["/api/v1/nodes/gpu-node"] = Parse("""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"gpu-node","labels":{"doks.digitalocean.com/gpu-brand":"nvidia"}},"spec":{"taints":[{"key":"nvidia.com/gpu","effect":"NoSchedule"}]}}
            """);
    }

    /// <summary>What there is, by kind and name: <c>Deployment/plano</c>.</summary>
    public IEnumerable<string> Names => _objects.Values.Select(found => $"{found["kind"]}/{found["metadata"]!["name"]}");

    public static async Task<SmallCluster> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var cluster = new SmallCluster(app);
        app.MapFallback(cluster.AnswerAsync);
        await app.StartAsync();
        cluster._home.Write("config", $$"""
            apiVersion: v1
            kind: Config
            current-context: small
            clusters: [{ name: small, cluster: { server: "{{app.Urls.Single()}}" } }]
            users: [{ name: nobody, user: {} }]
            contexts: [{ name: small, context: { cluster: small, user: nobody } }]
            """);
        return cluster;
    }

    /// <summary>Runs a command line in a folder of the repository, with <c>kubectl</c> led to this cluster.</summary>
    public Task<Command> RunAsync(string folder, string commandLine) => Command.RunAsync(
        "bash", ["-o", "pipefail", "-c", commandLine],
        [("KUBECONFIG", Path.Combine(_home.Path, "config")), ("HOME", _home.Path), ("OPENAI_API_KEY", "openai-key"), ("ANTHROPIC_API_KEY", "anthropic-key")],
        Path.Combine(RepositoryFiles.Root, folder));

    /// <summary>An object, by kind and name.</summary>
    public JsonObject Object(string name) => _objects.Values.Single(found => $"{found["kind"]}/{found["metadata"]!["name"]}" == name);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _home.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        return path switch
        {
            "/version" => Json(context, """{"major":"1","minor":"32","gitVersion":"v1.32.0"}"""),
            "/api" => Json(context, """{"kind":"APIVersions","versions":["v1"]}"""),
            "/apis" => Json(context, Groups()),
            "/openapi/v3" => Json(context, OpenApiPaths()),
            _ when path.StartsWith("/openapi/v3/", StringComparison.Ordinal) => Json(context, OpenApi(path["/openapi/v3/".Length..])),
            _ when Kinds.Any(kind => Root(kind.Version) == path) => Json(context, Resources(path)),
            _ when path.EndsWith("/log", StringComparison.Ordinal) => context.Response.WriteAsync("INFO: \"POST /v1/chat/completions HTTP/1.1\" 200 OK\n", context.RequestAborted),
            _ => ObjectAsync(context, path),
        };
    }

    private async Task ObjectAsync(HttpContext context, string path)
    {
        var plural = path[(path.LastIndexOf('/') + 1)..];
        if (Kinds.FirstOrDefault(kind => kind.Plural == plural) is { Kind: { } listed })
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                var created = context.Request.ContentType == SecretInProtobuf.ContentType
                    ? await SecretInProtobuf.ReadAsync(context.Request.Body, context.RequestAborted)
                    : (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
                await StoreAsync(context, $"{path}/{created["metadata"]!["name"]}", created, StatusCodes.Status201Created);
            }
            else if (context.Request.Query["watch"] == "true" || context.Request.Query["watch"] == "1")
            {
                // What there is, that it is all, and then nothing more: nothing changes here.
                await WatchedAsync(context, listed, path);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            else
            {
                await Json(context, List(listed, path, context.Request.Query["labelSelector"].ToString(), context.Request.Query["fieldSelector"].ToString()));
            }

            return;
        }

        if (!_objects.TryGetValue(path, out var found))
            await Refuse(context, StatusCodes.Status404NotFound, "NotFound", $"{path} not found");
        else if (HttpMethods.IsPatch(context.Request.Method))
            await StoreAsync(context, path, Merge((JsonObject)found.DeepClone(), (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!), StatusCodes.Status200OK);
        else
            await Json(context, found.ToJsonString());
    }

    private async Task WatchedAsync(HttpContext context, string kind, string path)
    {
        var (labels, fields) = (context.Request.Query["labelSelector"].ToString(), context.Request.Query["fieldSelector"].ToString());
        var events = Selected(path, labels, fields).Select(found => new JsonObject { ["type"] = "ADDED", ["object"] = found.DeepClone() }).Append(new JsonObject
        {
            ["type"] = "BOOKMARK",
            ["object"] = new JsonObject
            {
                ["apiVersion"] = Kinds.First(known => known.Kind == kind).Version,
                ["kind"] = kind,
                ["metadata"] = Parse("""{"resourceVersion":"1","annotations":{"k8s.io/initial-events-end":"true"}}"""),
            },
        });
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(string.Concat(events.Select(change => $"{change.ToJsonString()}\n")), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private async Task StoreAsync(HttpContext context, string path, JsonObject created, int status)
    {
        var kind = (string)created["kind"]!;
        try
        {
            // In JSON, which is YAML; and strictly.
            KubernetesManifests.Read($"apiVersion: {created["apiVersion"]}\nkind: {kind}\n" + string.Concat(created.Where(member => member.Key is not ("apiVersion" or "kind" or "status")).Select(member => $"{member.Key}: {member.Value!.ToJsonString()}\n")));
        }
        catch (Exception exception) when (exception is System.Reflection.TargetInvocationException or Xunit.Sdk.XunitException)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, "BadRequest", exception.GetBaseException().Message);
            return;
        }

        var metadata = (JsonObject)created["metadata"]!;
        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["resourceVersion"] = "1";
        metadata["generation"] = 1;
        metadata["creationTimestamp"] ??= "2026-01-01T00:00:00Z";
        if (kind == "Deployment")
        {
            created["status"] = Parse("""{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}""");
            created["spec"]!["replicas"] ??= 1;
            AddPod(path[..path.IndexOf("/deployments", StringComparison.Ordinal)].Replace("/apis/apps/v1", "/api/v1", StringComparison.Ordinal), created);
        }

        _objects[path] = created;
        context.Response.StatusCode = status;
        await Json(context, created.ToJsonString());
    }

    private void AddPod(string place, JsonObject deployment)
    {
        var name = $"{deployment["metadata"]!["name"]}-0";
        var template = deployment["spec"]!["template"]!;
        _objects[$"{place}/pods/{name}"] = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = place[(place.LastIndexOf('/') + 1)..], ["labels"] = template["metadata"]!["labels"]!.DeepClone() },
            ["spec"] = template["spec"]!.DeepClone(),
            ["status"] = Parse("""{"phase":"Running"}"""),
        };
    }

    private string List(string kind, string path, string labels, string fields)
    {
        return new JsonObject
        {
            ["apiVersion"] = Kinds.First(known => known.Kind == kind).Version,
            ["kind"] = $"{kind}List",
            ["metadata"] = Parse("""{"resourceVersion":"1"}"""),
            ["items"] = new JsonArray([.. Selected(path, labels, fields).Select(found => found.DeepClone())]),
        }.ToJsonString();
    }

    private IEnumerable<JsonObject> Selected(string path, string labels, string fields) => _objects.Where(pair => pair.Key.StartsWith($"{path}/", StringComparison.Ordinal)).Select(pair => pair.Value)
        .Where(found => IsSelected(labels, label => (string?)found["metadata"]!["labels"]?[label])).Where(found => IsSelected(fields, _ => (string?)found["metadata"]!["name"]));

    private static bool IsSelected(string selector, Func<string, string?> value) =>
        selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(term => term.Split('=', 2)).All(term => value(term[0]) == term[1]);

    // https://www.rfc-editor.org/rfc/rfc7396: what these commands send is nothing more.
    private static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject known)
                Merge(known, inner);
            else if (value is null)
                target.Remove(name);
            else if (!name.StartsWith('$'))
                target[name] = value.DeepClone();
        }

        return target;
    }

    private static string Root(string version) => version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}";

    private static string Groups() => new JsonObject
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Kinds.Select(kind => kind.Version).Where(version => version.Contains('/', StringComparison.Ordinal)).Distinct().Select(version =>
        {
            var (group, number) = (version.Split('/')[0], version.Split('/')[1]);
            var of = $$"""{"groupVersion":"{{version}}","version":"{{number}}"}""";
            return (JsonNode)Parse($$"""{"name":"{{group}}","versions":[{{of}}],"preferredVersion":{{of}}}""");
        })]),
    }.ToJsonString();

    private static string Resources(string path) => new JsonObject
    {
        ["kind"] = "APIResourceList",
        ["groupVersion"] = path.Replace("/apis/", "", StringComparison.Ordinal).Replace("/api/", "", StringComparison.Ordinal),
        ["resources"] = new JsonArray([.. Kinds.Where(kind => Root(kind.Version) == path).Select(kind => (JsonNode)Parse(
            $$"""{"name":"{{kind.Plural}}","singularName":"{{kind.Kind.ToLowerInvariant()}}","namespaced":{{(kind.IsNamespaced ? "true" : "false")}},"kind":"{{kind.Kind}}","verbs":["get","list","watch","create","patch"]}"""))]),
    }.ToJsonString();

    private static string OpenApiPaths() => new JsonObject
    {
        ["paths"] = new JsonObject(Kinds.Select(kind => Root(kind.Version)[1..]).Distinct().Select(root => KeyValuePair.Create(root, (JsonNode?)Parse($$"""{"serverRelativeURL":"/openapi/v3/{{root}}"}""")))),
    }.ToJsonString();

    // That the server itself checks fields is all that kubectl asks of it.
    private static string OpenApi(string root) => new JsonObject
    {
        ["openapi"] = "3.0.0",
        ["info"] = Parse("""{"title":"small","version":"1"}"""),
        ["paths"] = new JsonObject(Kinds.Where(kind => Root(kind.Version)[1..] == root).Select(kind =>
        {
            var (group, version) = kind.Version.Contains('/', StringComparison.Ordinal) ? (kind.Version.Split('/')[0], kind.Version.Split('/')[1]) : ("", kind.Version);
            return KeyValuePair.Create($"/{root}/{kind.Plural}/{{name}}", JsonSerializer.SerializeToNode(new
            {
                patch = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["x-kubernetes-group-version-kind"] = new { group, version, kind = kind.Kind },
                    ["parameters"] = new[] { new { name = "fieldValidation", @in = "query" } },
                },
            }));
        })),
    }.ToJsonString();

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static Task Refuse(HttpContext context, int status, string reason, string message)
    {
        context.Response.StatusCode = status;
        return Json(context, JsonSerializer.Serialize(new { kind = "Status", apiVersion = "v1", metadata = new { }, status = "Failure", message, reason, code = status }));
    }

    private static Task Json(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
