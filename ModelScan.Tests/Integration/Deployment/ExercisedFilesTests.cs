using System.Reflection;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>No file of a deployment is without a test, and no row of the table without a file.</summary>
public sealed class ExercisedFilesTests
{
    private static readonly string[] Files = [.. ExercisedFiles.Walked.SelectMany(Walk).Where(file => Path.GetFileName(file) != ".env")];

    public static TheoryData<string> Tests => [.. ExercisedFiles.Rows.SelectMany(row => row.Tests).Select(test => test.Name).Distinct()];

    [Fact]
    public void EveryFile_IsInOneRow()
    {
        Assert.True(Files.Length > 40);
        Assert.All(Files, file => Assert.True(ExercisedFiles.Rows.Count(row => IsOf(row.Path, file)) == 1, $"{file} has to be in one row of ExercisedFiles, with a test that exercises it"));
    }

    [Fact]
    public void EveryRow_HasItsFile() => Assert.All(ExercisedFiles.Rows, row => Assert.True(Files.Any(file => IsOf(row.Path, file)), $"there is no {row.Path}"));

    [Theory]
    [MemberData(nameof(Tests))]
    public void NamedClass_HasTests(string name)
    {
        var type = ExercisedFiles.Rows.SelectMany(row => row.Tests).First(test => test.Name == name);
        Assert.Contains(type.GetMethods(), method => method.GetCustomAttribute<FactAttribute>() is not null);
    }

    private static IEnumerable<string> Walk(string path) => path.EndsWith('/')
        ? Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, path), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryFiles.Root, file))
        : File.Exists(Path.Combine(RepositoryFiles.Root, path)) ? [path] : [];

    private static bool IsOf(string path, string file) => path.EndsWith('/') ? file.StartsWith(path, StringComparison.Ordinal) : file == path;
}
