using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ModelScan.WebConsole.Access;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Feeds;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole;

/// <summary>
/// The console at <c>/console</c>: pages that are rendered here, whole, and need nothing from anywhere else. A browser gets a page, one style
/// and one script; what is live comes as server-sent events. Nothing of a page is kept in the gateway.
/// </summary>
public sealed class ConsoleApp
{
    private const string ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    // A configuration that is tried out, a prompt.
    private const long LargestForm = 8 << 20;
    private const long LargestSignIn = 16 << 10;

    private readonly IGateway _gateway;
    private readonly ConsoleAccess _access;
    private readonly ConsoleAssets _assets = new();
    private readonly Rendering _rendering;
    private readonly ILogger _log;
    private readonly Dictionary<string, IScreen> _screens;
    private readonly Dictionary<string, IFeed> _feeds;

    /// <summary>Puts it together.</summary>
    /// <param name="gateway">The gateway that serves it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where faults go.</param>
    public ConsoleApp(IGateway gateway, TimeProvider time, ILoggerFactory loggers)
    {
        (_gateway, _access, _rendering, _log) = (gateway, new ConsoleAccess(gateway, time), new Rendering(loggers), loggers.CreateLogger<ConsoleApp>());
        _screens = new(StringComparer.Ordinal)
        {
            ["requests"] = new EitherScreen(new RequestsScreen(time), new RequestScreen()),
            ["overview"] = new OverviewScreen(time),
            ["models"] = new ModelsScreen(),
            ["sessions"] = new SessionsScreen(),
            ["whatif"] = new WhatIfScreen(),
            ["try"] = new TryScreen(),
            ["keys"] = new KeysScreen(),
        };
        _feeds = new(StringComparer.Ordinal)
        {
            ["requests/tail"] = new TailFeed(_rendering, time),
            ["requests/export"] = new ExportFeed(),
            ["suggest"] = new SuggestFeed(),
            ["requests/*/image/*"] = new ImageFeed(),
            ["case"] = new CaseFeed(),
            ["try/answer"] = new AnswerFeed(_rendering, time),
        };
    }

    /// <summary>Answers a request below <c>/console</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";

        // Within the console it tells where one came from, and forms tell their origin; others learn nothing.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        var path = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        if (path is ["assets", .. var asset])
        {
            if (!await _assets.TryWriteAsync(context, asset))
                await ShowAsync(context, NotFound(), Admission.Closed);
            return;
        }

        var admission = await _access.OfAsync(context);
        if (admission == Admission.Closed)
        {
            await ShowAsync(context, Closed(), admission);
            return;
        }

        var form = await ReadFormAsync(context, admission);
        if (HttpMethods.IsPost(context.Request.Method) && (form is null || !_access.IsOwn(context, form)))
        {
            await ShowAsync(context, Stale(), admission);
            return;
        }

        switch (path)
        {
            case []:
                context.Response.Redirect("/console/requests");
                break;
            case ["sign-in"]:
                await SignInAsync(context, form, admission);
                break;
            case ["sign-out"] when form is not null:
                ConsoleAccess.SignOut(context);
                context.Response.Redirect("/console/sign-in");
                break;
            case var _ when admission == Admission.NeedsKey:
                context.Response.Redirect($"/console/sign-in{GatewayApi.Query(("to", context.Request.Path + context.Request.QueryString))}");
                break;
            default:
                await ShowAsync(context, path, form);
                break;
        }
    }

    private static async Task<IFormCollection?> ReadFormAsync(HttpContext context, Admission admission)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
            return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = admission == Admission.Open ? LargestForm : LargestSignIn;
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task ShowAsync(HttpContext context, string[] path, IFormCollection? form)
    {
        var api = new GatewayApi(_gateway, context);
        var name = path is ["requests", _, "image", _] ? "requests/*/image/*" : string.Join('/', path);
        var request = new ScreenRequest(context, api, _access.TokenFor(context), path[1..], form);
        if (_feeds.TryGetValue(name, out var feed))
        {
            await feed.WriteAsync(request);
            return;
        }

        Screen screen;
        try
        {
            screen = _screens.TryGetValue(path[0], out var known) ? await known.ShowAsync(request) : NotFound();
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            _log.LogError(exception, "{Path} of the console failed", context.Request.Path);
            screen = Failed();
        }

        await ShowAsync(context, screen, Admission.Open, api);
    }

    private async Task ShowAsync(HttpContext context, Screen screen, Admission admission, GatewayApi? api = null)
    {
        if (screen.Elsewhere is { } elsewhere)
        {
            context.Response.Redirect(elsewhere);
            return;
        }

        var shell = new Shell
        {
            Title = screen.Title,
            Section = screen.Section,
            Body = screen.Body,
            Theme = context.Request.Cookies["modelscan-theme"] is "light" or "dark" ? context.Request.Cookies["modelscan-theme"]! : "",
            HasNavigation = admission == Admission.Open,
            IsSignedIn = admission == Admission.Open && _gateway.AdminKey is not null,
            Token = admission == Admission.Closed ? "" : _access.TokenFor(context),
            Style = _assets.AddressOf("console.css"),
            Script = _assets.AddressOf("console.js"),
        };
        if (api is not null)
        {
            var (mode, log) = (await api.ModeAsync(), await api.StatusAsync());
            var limits = await api.GetAsync("/admin/limits", ApiJson.Default.LimitsState);
            shell = shell with { Mode = mode.Value?.Mode, LogProblem = ProblemOf(log), HasKeys = limits.Value is not null };
        }

        var coding = screen.TellsSecret ? null : ContentCoding.OfPage(context.Request);
        await _rendering.WriteAsync<Document>(context, screen.Status, coding, nameof(Document.Shell), shell);
    }

    private async Task SignInAsync(HttpContext context, IFormCollection? form, Admission admission)
    {
        var to = form?["to"].ToString() ?? context.Request.Query["to"].ToString();

        // Nowhere but within the console: an address of somebody else's could stand there.
        if (!to.StartsWith("/console/", StringComparison.Ordinal) || to.StartsWith("/console/sign-", StringComparison.Ordinal))
            to = "/console/requests";
        var problem = form is null ? null : _access.SignIn(context, form["key"].ToString());
        if (admission == Admission.Open ? form is null : form is not null && problem is null)
        {
            context.Response.Redirect(to);
            return;
        }

        var model = new SignIn.SignInModel(_access.TokenFor(context), to, problem);
        await ShowAsync(context, Screen.Of<SignIn, SignIn.SignInModel>("Sign in", "", model) with { Status = problem is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden }, Admission.NeedsKey);
    }

    private static string? ProblemOf(Reply<LogStatus> log) => log.Value switch
    {
        null => log.Problem,
        { Problem: { } problem } => $"Requests are not recorded: {problem}",
        { ShedRecords: > 0 } status => $"{Parts.Units.Several(status.ShedRecords, "request is", "requests are")} missing here: the log could not keep up.",
        _ => null,
    };

    private static Screen NotFound() => Says("Not here", "The console has no such page.", null, StatusCodes.Status404NotFound);

    private static Screen Failed() => Says("That went wrong", "The gateway's log says what.", null, StatusCodes.Status500InternalServerError);

    private static Screen Stale() => Says("Send it again", "This form is of another session, or older than the gateway: open its page anew.", null, StatusCodes.Status403Forbidden);

    private static Screen Closed() =>
        Says("For this machine alone", "Without an admin key the console answers browsers of the gateway's own machine, at localhost. With one it asks for it:", "request_log: { admin_key: $MODELSCAN_ADMIN_KEY }", StatusCodes.Status403Forbidden);

    private static Screen Says(string title, string text, string? command, int status) =>
        Screen.Of<Notice, Notice.NoticeModel>(title, "", new Notice.NoticeModel(title, text, command)) with { Status = status };
}
