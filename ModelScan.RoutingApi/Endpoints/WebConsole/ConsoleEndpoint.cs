using System.Runtime.CompilerServices;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.WebConsole;

namespace ModelScan.RoutingApi.Endpoints.WebConsole;

/// <summary>
/// <c>/console</c>. The console's assembly, and that of the components it is made of, are loaded when it is first asked for: a gateway whose
/// console nobody opens pays for one entry in its table of paths.
/// </summary>
internal sealed class ConsoleEndpoint(CurrentSnapshot current, InnerRequests inner, TimeProvider time, ILoggerFactory loggers)
{
    private readonly Lock _lock = new();
    private RequestDelegate? _console;

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/console/{**path}", [HttpMethods.Get, HttpMethods.Post], AnswerAsync);

    private Task AnswerAsync(HttpContext context)
    {
        if (!current.Value.Config.HasConsole)
            return ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, ClientError.NotFound(context.Request.Path));
        lock (_lock)
            _console ??= Open();
        return _console(context);
    }

    // A method of its own that is not made part of another: the console's types are first heard of in here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RequestDelegate Open() => new ConsoleApp(new ConsoleGateway(current, inner), time, loggers).AnswerAsync;
}
