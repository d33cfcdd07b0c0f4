using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ModelScan.AppHost.Demo;

/// <summary>
/// <c>--Demo</c>: requests as clients send them, so that there is something to see in the console: the five first ones at once, others every few
/// seconds for as long as the application runs. What they say is kept, beside the build and not in anybody's own log.
/// </summary>
internal static partial class DemoTraffic
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    /// <summary>Reads <c>--Demo</c>, which stands alone, as the configuration reads arguments.</summary>
    public static string[] Arguments(string[] arguments) => [.. arguments.Select(static argument => argument.Equals("--Demo", StringComparison.OrdinalIgnoreCase) ? "--Demo=true" : argument)];

    /// <summary>Sends them to the gateway as soon as it is ready.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="mock">What plays its providers.</param>
    public static IResourceBuilder<ProjectResource> WithDemoTraffic(this IResourceBuilder<ProjectResource> gateway, EndpointReference mock)
    {
        var log = Path.GetFullPath("../artifacts/demo/requests.db", gateway.ApplicationBuilder.AppHostDirectory);
        var endpoint = gateway.GetEndpoint("http");
        return gateway
            .WithEnvironment("RequestLog__Path", log)
            .WithEnvironment("RequestLog__Bodies", "all")
            .WithEnvironment("RequestLog__DecisionInputs", "text")
            .OnResourceReady((resource, ready, started) =>
            {
                var ending = ready.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
                var logger = ready.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
                Log.Console(ready.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(DemoTraffic)), $"{endpoint.Url}/console");
                _ = SendAsync(new Uri(endpoint.Url), new Uri(mock.Url), logger, ending);
                return Task.CompletedTask;
            });
    }

    private static async Task SendAsync(Uri gateway, Uri mock, ILogger logger, CancellationToken ending)
    {
        using var client = new HttpClient { Timeout = AnswerLimit };
        try
        {
            foreach (var request in DemoRequest.First)
            {
                await SendAsync(client, gateway, mock, request, logger, ending);
            }

            for (var i = 0; ; i = (i + 1) % DemoRequest.Later.Count)
            {
                await Task.Delay(Pause, TimeProvider.System, ending);
                await SendAsync(client, gateway, mock, DemoRequest.Later[i], logger, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    private static async Task SendAsync(HttpClient client, Uri gateway, Uri mock, DemoRequest demo, ILogger logger, CancellationToken ending)
    {
        try
        {
            if (demo.Failing is { } failing)
            {
                using var failure = new StringContent("""{"failure": {"kind": "rate_limit", "retry_after_seconds": 1, "times": 1}}""", Encoding.UTF8, MediaTypeNames.Application.Json);
                using var switched = await client.PutAsync(new Uri(mock, $"/models/{failing}"), failure, ending);
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, demo.Path)) { Content = new StringContent(demo.Body, Encoding.UTF8, MediaTypeNames.Application.Json) };
            request.Headers.TryAddWithoutValidation("User-Agent", demo.Client);
            if (demo.Session is { } session)
            {
                request.Headers.Add("x-model-affinity", session);
            }

            using var answer = await client.SendAsync(request, ending);
            await answer.Content.CopyToAsync(Stream.Null, ending);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !ending.IsCancellationRequested)
        {
            logger.LogInformation("A request of the demo had no answer: {Reason}", exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Requests are on their way: see them at {Address}")]
        public static partial void Console(ILogger logger, string address);
    }
}
