using System.Net.Http.Json;

namespace ModelScan.AppHost;

/// <summary>Lets the dashboard switch the gateway's mode while it runs.</summary>
internal static class ModeCommands
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private static readonly (string Mode, string Title, string Description)[] Modes =
    [
        ("policy", "Mode: policy", "The gateway's own engine decides which model answers."),
        ("direct", "Mode: direct", "The requested model answers; nobody decides anything."),
        ("plano_proxy", "Mode: Plano proxy", "Plano decides and answers."),
        ("plano_embedded", "Mode: embedded Plano", "The Plano container of this application decides and answers."),
    ];

    /// <summary>Adds a command for each mode, and one that follows the configuration again.</summary>
    public static IResourceBuilder<ProjectResource> WithModeCommands(this IResourceBuilder<ProjectResource> gateway)
    {
        var endpoint = gateway.GetEndpoint("http");
        foreach (var (mode, title, description) in Modes)
        {
            gateway.WithCommand(
                $"mode-{mode.Replace('_', '-')}",
                title,
                context => SendAsync(endpoint, HttpMethod.Put, mode, context.CancellationToken),
                new CommandOptions { Description = description, IconName = "ArrowRouting" });
        }

        return gateway.WithCommand(
            "mode-configured",
            "Mode: as configured",
            context => SendAsync(endpoint, HttpMethod.Delete, null, context.CancellationToken),
            new CommandOptions { Description = "Follow the configuration again.", IconName = "ArrowReset" });
    }

    private static async Task<ExecuteCommandResult> SendAsync(EndpointReference gateway, HttpMethod method, string? mode, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = AnswerLimit };
        using var request = new HttpRequestMessage(method, $"{gateway.Url}/admin/mode");
        if (mode is not null)
        {
            request.Content = JsonContent.Create(new { mode });
        }

        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode
                ? new ExecuteCommandResult { Success = true }
                : new ExecuteCommandResult { Success = false, Message = await answer.Content.ReadAsStringAsync(cancellationToken) };
        }
        catch (HttpRequestException exception)
        {
            return new ExecuteCommandResult { Success = false, Message = $"The gateway does not answer: {exception.Message}" };
        }
    }
}
