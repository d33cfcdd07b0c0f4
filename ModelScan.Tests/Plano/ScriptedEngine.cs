namespace ModelScan.Tests.Plano;

/// <summary>A program that speaks like a container engine and does what the test has written down (<c>scripted-engine.sh</c>).</summary>
internal sealed class ScriptedEngine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-engine-");

    public ScriptedEngine()
    {
        // A link, because a program that has just been written cannot be started while any other process is being started.
        Program = Path.Combine(_folder.FullName, "docker");
        File.CreateSymbolicLink(Program, Path.Combine(AppContext.BaseDirectory, "Plano", "scripted-engine.sh"));
    }

    public static string? WhyNot => OperatingSystem.IsWindows() ? "the scripted engine is a shell script" : null;

    /// <summary>The program to call.</summary>
    public string Program { get; }

    /// <summary>Every call so far: its arguments, joined by blanks.</summary>
    public string[] Calls => File.Exists(At("calls")) ? File.ReadAllLines(At("calls")) : [];

    /// <summary>A folder for the test's own files.</summary>
    public string Folder => _folder.FullName;

    public string[] CallsOf(string command) => [.. Calls.Where(call => call.Split(' ')[0] == command)];

    public void Write(string file, string text = "") => File.WriteAllText(At(file), text);

    public string Read(string file) => File.ReadAllText(At(file));

    public void Delete(string file) => File.Delete(At(file));

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
