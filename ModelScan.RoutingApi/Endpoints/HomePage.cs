using System.Text.Encodings.Web;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /</c>: what runs here and how to use it; a page for browsers, plain text for everybody else. It needs nothing from anywhere.</summary>
internal sealed class HomePage(CurrentSnapshot current, RouterSwitch routers)
{
    public void Map(IEndpointRouteBuilder routes) => routes.Map("/", WriteAsync);

    private Task WriteAsync(HttpContext context)
    {
        // Clients that post to a base address without a path are told so as of any path that is not there.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, ClientError.NotFound("/"));
        var isBrowser = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = isBrowser ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(isBrowser ? Page(context.Request) : Text(context.Request), context.RequestAborted);
    }

    private string Text(HttpRequest request)
    {
        var address = $"{request.Scheme}://{request.Host}";
        return $$"""
            ModelScan {{Version}}, mode {{RoutingModes.NameOf(routers.Mode)}}, {{Counts}}

            Point a client at it:
              OpenAI SDKs       OPENAI_BASE_URL={{address}}/v1
              Anthropic SDKs    ANTHROPIC_BASE_URL={{address}}

            Or ask which model should answer:
              curl {{address}}/routing/v1/chat/completions -H "Content-Type: application/json" \
                -d '{"messages":[{"role":"user","content":"Write a binary search in Python"}]}'

            {{string.Join('\n', LinksThere.Select(link => $"{address}{link.Path,-20} {link.Text}"))}}

            """;
    }

    private string Page(HttpRequest request)
    {
        var address = HtmlEncoder.Default.Encode($"{request.Scheme}://{request.Host}");
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>ModelScan</title>
            <style>
              :root { color-scheme: light dark }
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
              pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .4rem }
              dt { float: left; clear: left; width: 13rem } dd { margin-left: 14rem }
            </style>
            </head>
            <body>
            <h1>ModelScan</h1>
            <p>One endpoint for every LLM client. Version {{HtmlEncoder.Default.Encode(Version)}}, mode <b>{{RoutingModes.NameOf(routers.Mode)}}</b>, {{Counts}}.</p>
            <h2>Point a client at it</h2>
            <pre>OPENAI_BASE_URL={{address}}/v1        # OpenAI SDKs: Chat Completions, Responses
            ANTHROPIC_BASE_URL={{address}}        # Anthropic SDKs, Claude Code: Messages</pre>
            <h2>Ask which model should answer</h2>
            <pre>curl {{address}}/routing/v1/chat/completions -H "Content-Type: application/json" \
              -d '{"messages":[{"role":"user","content":"Write a binary search in Python"}]}'</pre>
            <h2>Look around</h2>
            <dl>
            {{string.Join('\n', LinksThere.Select(link => $"<dt><a href=\"{link.Path}\">{link.Path}</a></dt><dd>{link.Text}</dd>"))}}
            </dl>
            </body>
            </html>

            """;
    }

    private static string Version { get; } = typeof(HomePage).Assembly.GetName().Version?.ToString(3) ?? "";

    private IEnumerable<(string Path, string Text)> LinksThere => current.Value.Config.HasConsole ? Links : Links.Skip(1);

    // The console first: it may not be there.
    private static IReadOnlyList<(string Path, string Text)> Links { get; } =
    [
        ("/console", "why each request was answered by which model, and what it cost"),
        ("/v1/models", "models that can be asked for"),
        ("/admin/config", "the configuration in force, and what is wrong with it"),
        ("/admin/mode", "the mode in force"),
        ("/metrics", "metrics for Prometheus"),
        ("/health", "health"),
        ("/openapi/v1.json", "every operation, for programs"),
    ];

    private string Counts => $"{current.Value.Config.Providers.Count} models, {current.Value.Config.Routes.Count} routes";
}
